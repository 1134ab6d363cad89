"""A city's spreadsheet as they are: headers in their own words, merged cells, full-width digits, mistakes. Everything is 演示."""

from io import BytesIO

from openpyxl import Workbook

HEADERS = [
    "序号", "*事项名称", "基本编码", "权力类型", "行使层级", "行政区划代码", "实施机构", "设定依据", "服务对象", "办件类型",
    "法定时限（工作日）", "承诺时限(工作日)", "到现场次数", "办理方式", "办理流程", "受理条件", "是否收费", "收费项目",
    "收费标准", "审批结果名称", "联系电话",
    "投诉电话", "申请材料", "材料依据", "原件份数", "复印件份数", "材料来源渠道", "更新人",
]  # fmt: skip
LAW = "《演示条例》第五条：演示用的条文。"
ROWS = [
    [  # three rows of materials below merged cells; full-width digits; a catch-all; a promise longer than the law; no area code
        1, "演示经营许可", "３４０１０１２３４０００", "行政许可", "县级", "340302000000", "演示市场局", LAW, "企业法人",
        "承诺件",
        "２０", "25个工作日", "1", "窗口办理", "申请→受理→审查（5个工作日）→决定→送达", "有固定的经营场所", "否", None,
        None, "演示经营许可证",
        "7654321", "0552-0000001", "经营场所平面图", LAW, "1", None, "申请人自备", "甲",
    ],
    ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "从业人员健康证", "", "1",
    "1", "99", "甲"],
    ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "其他材料", LAW, "", "1",
    "10", "甲"],
    [  # no basis, a province's level, an instant item that waits, a typed number that is none, a code of 11 digits
        2, "演示户口迁移", "34010700001", "行政确认", "省级", "340302000000", "演示公安局", "无", "个人", "即办件",
        "当场办结", "当场办结", "看情况", "网上申请；窗口办理", "申请→受理→审查（3天）→办结", "符合有关规定", "否",
        None, None, "演示迁移证",
        "0552-0000002", "0552-0000002", "户口簿", LAW, "1", None, "10", "乙",
    ],
    [  # a fee without basis, several materials in one cell
        3, "演示证书补发", "340107000020", "7", "4", "340302000000", "演示住建局", LAW, "1^2", "2", 10, 5, 0, "1^2", None,
        "证书遗失的权利人", "是",
        "证书工本费", "10元", "演示证书", "0552-0000003", "12345", "1.申请书；2.身份证",
        "《演示办法》第三条；《演示办法》第四条", "1；1", "0；1", "10", "丙",
    ],
    [  # the same item on another level under another name
        4, "演示证书补办", "340107000020", "行政确认", "乡镇级", "340302001000", "演示住建局", LAW, "自然人", "承诺件",
        10, 5, 0, "网上办理", None, "证书遗失的权利人", "否", None, None, "演示证书", "0552-0000004", "12345", "申请书",
        LAW, "1", None, "10", "丁",
    ],
]  # fmt: skip
MERGED = 22
"""Columns of the first item that are merged over its three rows."""


def workbook() -> bytes:
    """The table as XLSX: a title above the header, the first item's cells merged."""
    book = Workbook()
    sheet = book.active
    sheet.title = "政务服务事项清单"
    sheet.append(["演示市政务服务事项清单（演示数据）"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADERS))
    sheet.append(HEADERS)
    for row in ROWS:
        sheet.append([None if cell == "" else cell for cell in row])
    for column in range(1, MERGED + 1):
        sheet.merge_cells(start_row=3, end_row=5, start_column=column, end_column=column)
    sheet.merge_cells(start_row=3, end_row=4, start_column=24, end_column=24)
    return saved(book)


def saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def text(separator: str = ",") -> str:
    """The items of one row each, as the text of a CSV file with a few of the columns."""
    kept = [HEADERS.index(name) for name in HEADERS if name not in ("序号", "更新人")]
    rows = [HEADERS, *(row for row in ROWS if row[1])]
    return "\r\n".join(separator.join(quoted(row[place]) for place in kept) for row in rows) + "\r\n"


def quoted(cell: object) -> str:
    return '"' + str("" if cell is None else cell).replace('"', '""') + '"'
