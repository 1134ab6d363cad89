"""How large a table may be, and the refusals of what is none or is larger."""

from onevisit.access import Refused

LARGEST = 50_000_000
"""Bytes of a file."""
UNPACKED = 400_000_000
"""Bytes that all parts of an XLSX file may have together."""
MOST_PARTS = 2_000
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 600, 6_000_000
MOST_FILLED = 2_000_000
"""Cells that merged ones may fill."""


def too_large(what: str = "表格太大") -> Refused:
    """The refusal of a table that nobody could have filled in."""
    most = f"最多{LARGEST // 1_000_000} MB、{MOST_ROWS:,}行、{MOST_COLUMNS}列、{MOST_CELLS:,}个单元格"
    return Refused("table-too-large", f"{what}（{most}）。", "请删去空白的行列，或者按部门拆成几个文件。")


def swollen() -> Refused:
    """The refusal of a file that is much larger inside than outside."""
    return Refused("table-too-large", "文件解开以后太大，可能不是正常的表格。", "请用表格软件打开，另存为新的.xlsx以后再导入。")


def broken() -> Refused:
    """The refusal of what only looks like a workbook."""
    return Refused("table-unreadable", "表格文件损坏，或者不是.xlsx文件。", "请用表格软件打开，另存为.xlsx以后再导入。")
