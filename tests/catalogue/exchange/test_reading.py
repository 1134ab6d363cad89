"""A city's own spreadsheet: headers in its words, merged cells, full-width digits, GBK; every fault at its cell."""

import pytest
from openpyxl import Workbook
from tests.catalogue.exchange import messy

from onevisit.catalogue import exchange
from onevisit.core.diagnostics import CODES

WANTED = {
    ("OV101", "AB2"),  # 更新人: nobody knows the column
    ("OV102", "H6"),  # 设定依据: 无
    ("OV103", "E6"),  # 省级
    ("OV103", "M6"),  # 看情况
    ("OV103", "C6"),  # a base code of 11 digits
    ("OV103", "AA4"),  # 来源渠道 99 must be told
    ("OV201", "W5"),  # 其他材料
    ("OV202", "P6"),  # 符合有关规定
    ("OV301", "P3"),  # a condition without basis
    ("OV404", "M3"),  # one visit, no reason
    ("OV501", "N3"),  # apply at the window, wait, fetch
    ("OV502", "M7"),  # typed 0, computed 1
    ("OV601", "L3"),  # promised longer than legal
    ("OV602", "O6"),  # instant, and a step of 3 days
    ("OV701", "R7"),  # a fee without basis
    ("OV801", "U3"),  # no area code
    ("OV801", "V6"),  # complaint = advice
    ("OV802", "T3"),  # no sample
    ("OV901", "B8"),  # another name on another level
}


def told(content: bytes, name: str = "清单.xlsx") -> set[tuple[str, str]]:
    found = exchange.check(exchange.read(name, content))
    return {(one.diagnostic.code, one.cell.rpartition("!")[2]) for one in found}


def test_what_is_wrong_with_a_city_s_table_is_found_at_its_cells():
    found = told(messy.workbook())
    assert found >= WANTED
    assert len({code for code, _ in found}) >= 8
    assert {code for code, _ in found} <= set(CODES)


def test_every_finding_says_its_row_and_its_column():
    found = exchange.check(exchange.read("清单.xlsx", messy.workbook()))
    assert all(one.cell.startswith("政务服务事项清单!") for one in found)
    assert all(one.diagnostic.line == int("".join(filter(str.isdigit, one.cell))) for one in found)
    fee = next(one.diagnostic for one in found if one.diagnostic.code == "OV701")
    assert (fee.file, fee.line, fee.path) == ("清单.xlsx", 7, "fees.0.basis")
    assert "“收费依据”列" in fee.mend


def test_merged_cells_are_one_item_with_three_materials():
    first = exchange.read("清单.xlsx", messy.workbook()).items[0]
    assert [one["name"] for one in first.document["materials"]] == ["经营场所平面图", "从业人员健康证", "其他材料"]
    assert [len(one.get("basis", ())) for one in first.document["materials"]] == [1, 1, 1]
    assert len(first.document["limits"]) == len(first.document["conditions"]) == len(first.document["results"]) == 1
    assert first.cell("materials.material3.name") == "政务服务事项清单!W5"
    assert first.cell("item.type") == "政务服务事项清单!D3"


def test_full_width_digits_and_words_beside_numbers_are_numbers():
    first = exchange.read("清单.xlsx", messy.workbook()).items[0]
    assert (first.code, first.document["limits"]) == ("340101234000", [{"legal": 20, "promised": 25}])
    assert first.document["visits"] == 1


def test_several_materials_in_one_cell_take_their_shares_of_the_cells_beside():
    third = exchange.read("清单.xlsx", messy.workbook()).items[2]
    assert [(one["name"], one["basis"][0]["article"], one["form"]) for one in third.document["materials"]] == [
        ("申请书", "第三条", {"copies": 1}),
        ("身份证", "第四条", {"kind": "original_and_copy", "copies": 1}),
    ]
    assert (third.level, third.document["audience"], third.document["item"]["type"]) == (
        "county",
        ["person", "organisation"],
        "行政确认",
    )
    assert third.document["fees"] == [{"name": "证书工本费", "amount": "10"}]


@pytest.mark.parametrize("coding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_file_says_the_same_in_every_coding(coding, separator):
    found = exchange.read("清单.csv", messy.text(separator).encode(coding))
    assert [one.name for one in found.items] == ["演示经营许可", "演示户口迁移", "演示证书补发", "演示证书补办"]
    wanted = {
        ("OV103", "D3"),
        ("OV102", "G3"),
        ("OV601", "K2"),
        ("OV701", "Q4"),
        ("OV801", "T2"),
        ("OV802", "S2"),
        ("OV502", "L4"),
    }
    assert told(messy.text(separator).encode(coding), "清单.csv") >= wanted
    assert found.unknown_columns == ()


def test_columns_of_which_nothing_is_read_are_told_and_why():
    found = exchange.read("清单.xlsx", messy.workbook()).unknown_columns
    assert [(one.cell, one.header, one.official) for one in found] == [
        ("政务服务事项清单!A2", "序号", True),
        ("政务服务事项清单!AB2", "更新人", False),
    ]
    assert all(one.why for one in found)


def sheets(**tables: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return messy.saved(book)


ITEMS = [
    ["实施编码", "事项名称", "事项类型", "实施主体", "服务对象"],
    ["11340300MB0000000X4340107000001", "演示事项", "行政许可", "演示局", "自然人"],
]


def test_the_sheets_of_an_official_export_are_joined_by_code():
    content = sheets(
        事项=ITEMS,
        材料=[
            ["实施编码", "材料名称", "设定依据"],
            [ITEMS[1][0], "甲证", "《演示法》第一条"],
            ["", "乙证", ""],
            ["x", "丙证", ""],
        ],
        环节=[
            ["基本编码", "环节名称", "环节类型", "办理主体", "办理天数"],
            ["340107000001", "受理申请", "受理", "综合窗口", "1"],
        ],
        常见问题=[["事项名称", "问题", "解答"], ["演示事项", "要多久？", "一天。"]],
    )
    found = exchange.read("导出.xlsx", content)
    (item,) = found.items
    assert [one["name"] for one in item.document["materials"]] == ["甲证", "乙证"]
    assert item.document["materials"][0]["basis"] == [{"law": "演示法", "article": "第一条"}]
    assert item.document["process"] == [{"id": "step1", "name": "受理申请", "does": "accept", "by": "window", "days": 1}]
    assert item.document["faq"] == [{"q": "要多久？", "a": "一天。"}]
    assert (item.code, item.level, item.division_code, item.derived) == ("340107000001", "county", "", ())
    (astray,) = found.faults
    assert (astray.cell, astray.code, astray.item) == ("材料!A4", "OV104", -1)
    assert "事项表里没有" in astray.message


def test_an_item_code_that_contradicts_what_stands_beside_it_is_a_fault():
    head = [*ITEMS[0], "基本编码", "行使层级"]
    found = exchange.read("x.xlsx", sheets(事项=[head, [*ITEMS[1], "340107000002", "市级"]]))
    assert [(one.code, one.cell) for one in found.faults] == [("OV103", "事项!A2"), ("OV103", "事项!A2")]
    assert "340107000001" in found.faults[0].message


def test_a_code_that_the_spreadsheet_made_a_number_of_is_told_not_taken():
    found = exchange.read(
        "x.xlsx", sheets(事项=[["事项名称", "基本编码", "实施编码"], ["演示", 340107000001, 1134030000000000434010700]])
    )
    assert [(one.cell, one.code) for one in found.faults] == [("事项!C2", "OV103")]
    assert "文本格式" in found.faults[0].message
    assert found.items[0].code == "340107000001"


def test_two_columns_that_say_different_things_of_one_element_are_a_fault():
    found = exchange.read("x.csv", "事项名称,事项类型,事项类型代码\n演示,行政许可,05\n".encode())
    assert [(one.cell, one.path) for one in found.faults] == [("C2", "item.type")]
    assert "B2" in found.faults[0].message


def test_a_column_that_is_nearly_known_says_what_it_might_be():
    (column,) = exchange.read("x.csv", "事项名称,事项类型,承诺办结时线\n演示,行政许可,5\n".encode()).unknown_columns
    assert "承诺办结时限" in column.why


def test_blank_rows_and_a_title_above_the_header_shift_no_cell():
    rows = [["演示市事项清单"], [], [None], ["", "事项名称", "事项类型", "行使层级"], [], ["", "演示", "行政许可", "省级"]]
    (fault,) = exchange.read("x.xlsx", sheets(清单=rows)).faults
    assert (fault.sheet, fault.row, fault.cell) == ("清单", 6, "清单!D6")


def test_a_header_of_two_rows_is_read_where_each_column_is_named():
    book = Workbook()
    for row in (
        ["事项名称", "事项类型", "时限", None, None],
        [None, None, "法定时限", "承诺时限", "承诺时限单位"],
        ["演示", "行政许可", 9, 3, "自然日"],
    ):
        book.active.append(row)
    book.active.merge_cells("C1:E1")
    book.active.merge_cells("A1:A2")
    (item,) = exchange.read("x.xlsx", messy.saved(book)).items
    assert (item.name, item.document["limits"]) == ("演示", [{"legal": 9, "promised": 3, "unit": "calendar_day"}])


def test_a_flat_table_that_repeats_the_item_in_every_row_repeats_nothing_else():
    text = "基本编码,事项名称,设定依据,材料名称,结果名称,承诺时限\n"
    text += "".join(f"340107000001,演示,《演示法》第一条,{name},演示证,5\n" for name in ("甲证", "乙证"))
    (item,) = exchange.read("x.csv", text.encode()).items
    assert [one["name"] for one in item.document["materials"]] == ["甲证", "乙证"]
    assert (len(item.document["results"]), item.document["limits"]) == (1, [{"promised": 5}])


def test_a_process_is_concluded_from_what_the_table_says_and_marked_so():
    item = exchange.read("清单.xlsx", messy.workbook()).items[0]
    assert item.derived == ("process",)
    assert [(one["does"], one.get("days")) for one in item.document["process"]] == [
        ("submit", None), ("accept", None), ("review", 5), ("decide", None), ("issue", None), ("deliver", None),
    ]  # fmt: skip
    assert item.document["process"][0]["at"] == ["hall"]


def test_a_table_without_items_says_what_it_should_have():
    found = exchange.read("x.csv", "甲,乙\n1,2\n".encode())
    assert found.items == ()
    assert "事项名称" in found.faults[0].message


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("问：几天？答：5天。问：要钱吗？答：不要。", [("几天？", "5天。"), ("要钱吗？", "不要。")]),
        ("几天能办好？5个工作日。", [("几天能办好？", "5个工作日。")]),
    ],
)
def test_questions_and_answers_in_one_cell(said, wanted):
    found = exchange.read("x.csv", f"事项名称,事项类型,常见问题\n演示,行政许可,{said}\n".encode())
    assert [(one["q"], one["a"]) for one in found.items[0].document["faq"]] == wanted


@pytest.mark.parametrize(("said", "depth"), [("1^2^3^4^5", 4), ("互联网受理", 3), ("3", 2), ("１", 1), ("1^2^3^4^5^6^7", 4)])
def test_the_highest_online_depth_counts(said, depth):
    found = exchange.read("x.csv", f"事项名称,事项类型,网上办理深度\n演示,行政许可,{said}\n".encode())
    assert found.items[0].document["depth"] == depth


@pytest.mark.parametrize(
    ("header", "said"),
    [("行使层级", "国家级"), ("办件类型", "9"), ("服务对象", "外星人"), ("网上办理深度", "8"), ("法定办结时限单位", "月"),
    ("材料必要性", "4"),
     ("来源渠道", "30"), ("是否收费", "看情况"), ("办理形式", "飞鸽传书"), ("收费标准", "按规定"), ("事项类型", "77"),
     ("到办事现场次数", "多次")],
)  # fmt: skip
def test_a_code_or_word_that_its_set_does_not_have_is_a_fault_with_the_way_out(header, said):
    text = f"事项名称,设定依据,材料名称,收费项目名称,承诺办结时限,{header}\n演示,《演示法》第一条,甲证,工本费,5,{said}\n"
    (fault,) = exchange.read("x.csv", text.encode()).faults
    assert (fault.code, fault.cell, fault.row) == ("OV103", "F2", 2)
    assert "请" in fault.message
    assert said in fault.message
    assert fault.message.count("。") == 1


def test_who_renames_an_item_does_so_in_the_sheet_of_items_alone():
    head, row = ITEMS
    content = sheets(
        事项=[head, [row[0], "新名", *row[2:]]], 材料=[["实施编码", "事项名称", "材料名称"], [row[0], "旧名", "甲证"]]
    )
    found = exchange.read("x.xlsx", content)
    assert (found.faults, found.items[0].name, found.items[0].document["materials"][0]["name"]) == ((), "新名", "甲证")
