"""10,000 rows of a city's items through `exchange.read`, beside openpyxl merely reading the same file.

The workbook is as cities have them: a sheet of items with the official columns, a sheet of their materials,
made up. Every 500th
row has a level that is none, and must be found at its cell. Prints seconds (aim 60), the ratio, memory; then the linter's part.
"""

import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from time import perf_counter

from openpyxl import Workbook, load_workbook

from onevisit.catalogue import exchange

ROWS, MATERIALS, WRONG, AIM = 10_000, 3, 500, 60.0
ITEM = [
    "序号", "事项名称", "基本编码", "事项类型", "行使层级", "行政区划代码", "实施主体", "实施主体代码", "设定依据",
    "服务对象", "服务主题", "办件类型",
    "法定办结时限", "法定办结时限单位", "承诺办结时限", "承诺办结时限单位", "到办事现场次数", "办理形式", "办理流程",
    "受理条件", "是否收费", "结果名称",
    "结果样本", "咨询电话", "监督电话", "大厅名称", "办理地点", "办理时间", "常见问题", "网上办理深度",
]  # fmt: skip
MATERIAL = [
    "基本编码",
    "材料名称",
    "材料类型",
    "出具机构",
    "原件份数",
    "复印件份数",
    "是否必备材料",
    "要求提供材料的依据",
    "空白表格",
    "示例样表",
    "来源渠道",
]


def main() -> int:
    """The report; 1 if a row or a planted fault is lost, or one is found that is none."""
    content = city()
    begin = perf_counter()
    book = load_workbook(BytesIO(content), read_only=True)
    cells = sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    peer = perf_counter() - begin
    begin = perf_counter()
    found = exchange.read("city.xlsx", content)
    took = perf_counter() - begin
    begin = perf_counter()
    linted = len(exchange.check(found))
    checked = perf_counter() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{ROWS:,} items, {ROWS * MATERIALS:,} materials, {cells:,} cells, {len(content) / 1e6:.1f} MB, memory {most} MB")
    print(f"read   {took:6.1f} s   (aim {AIM:.0f})   openpyxl alone {peer:6.1f} s   ratio {took / peer:.1f}")
    print(f"lint   {checked:6.1f} s   {linted:,} diagnostics with their cells")
    told = {one.cell for one in found.faults}
    wanted = {f"事项!E{number + 2}" for number in range(0, ROWS, WRONG)}
    if (
        len(found.items) != ROWS
        or told != wanted
        or sum(len(one.document["materials"]) for one in found.items) != ROWS * MATERIALS
    ):
        print(f"wrong: {len(found.items)} items, {len(told)} of {len(wanted)} faults: {sorted(told ^ wanted)[:5]}")
        return 1
    return 0


def city() -> bytes:
    """The workbook."""
    book = Workbook(write_only=True)
    for name, rows in (("事项", items()), ("材料", materials())):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def items() -> Iterator[list[object]]:
    yield list(ITEM)
    for number in range(ROWS):
        yield [
            number + 1, f"演示事项{number:05d}", f"3401{number:08d}", "行政确认", "县级" if number % WRONG else "部级",
            f"3403{number % 90 + 10:02d}000000",
            "演示局", "11340300MB0000000X", f"《演示条例》第{number % 90 + 1}条：演示用的条文，不是真实的规定。",
            "自然人；企业法人", "不动产登记", "承诺件",
            20, "工作日", 5, "工作日", 1, "窗口办理；电脑端网上办理", "申请→受理→审查→决定→送达",
            "1.演示条件一；2.演示条件二", "否", "演示证书",
            "sample.pdf", "0552-0000001", "0552-0000002", "演示大厅", f"演示路{number}号", "09:00-17:00",
            "问：多久能办好？答：5个工作日。", "1^2^3^4",
        ]  # fmt: skip


def materials() -> Iterator[list[object]]:
    yield list(MATERIAL)
    for number in range(ROWS * MATERIALS):
        code, name = f"3401{number // MATERIALS:08d}", f"演示材料{number % 700}"
        yield [code, name, "2", "申请人", 1, 0, "是", f"《演示条例》第{number % 90 + 1}条", "blank.docx", "sample.pdf", "10"]


if __name__ == "__main__":
    sys.exit(main())
