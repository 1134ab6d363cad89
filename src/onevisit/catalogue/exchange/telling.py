"""The linter's sentences for people who have a table before them: columns instead of keys, and what was only concluded."""

import re
from collections.abc import Mapping
from dataclasses import replace

from onevisit.catalogue.exchange import columns
from onevisit.catalogue.exchange.model import Row
from onevisit.catalogue.exchange.naming import called
from onevisit.core.diagnostics import CODES, Diagnostic

KEY = re.compile(r"（[a-z_]+(?:[.:、][ a-z_]+)*）")
"""A key of the format behind its Chinese name: no column is called so."""
RESTING = frozenset({"OV401", "OV402", "OV403", "OV404", "OV405", "OV501", "OV502", "OV602", "OV702"})
"""Codes that speak of a process, wherever they stand."""
FORM = "原件写“原件份数”列，复印件写“复印件份数”列；有空白表的写“空白表格”列，有样本的写“示例样表”列。"
MENDS: Mapping[str, str] = {
    "OV302": "在“材料·来源”列写对应的shared:或者licence:名称，由系统取得。",
    "OV304": "由本部门自己查验，删去这份材料，或者在“材料·来源”列写shared:、licence:名称。",
    "OV306": "在“材料·来源”列写“告知承诺”。",
    "OV309": FORM,
    "OV310": "在“材料·在哪个环节出示”列写环节的标识，或者只收复印件、电子件。",
    "OV401": "改正“环节·前置环节”列，去掉圈里的一个。",
    "OV402": "在“环节·即时完成”列写“是”，要时间的在“环节·办理天数”列写天数。",
    "OV403": "改正“环节·适用情形”“环节·前置环节”或者“环节·产生的结果”列。",
    "OV404": "在“必须现场办理原因说明”列写明为什么必须本人到场（例如面签、查验原件），否则改为线上办理。",
    "OV405": "在“环节·特别程序”列选一种，在“环节·设定依据”和“环节·办理天数”列写明依据和天数。",
    "OV501": "减少到场的环节，或者让等待的环节当场办完；法律要求多次到场的，写明“法定例外·原因”“法定例外·设定依据”列。",
    "OV602": "把办理环节改为当场办完，或者把“办件类型”列改为承诺件。",
    "OV701": "在“收费依据”列写明依据；没有依据的不得收费。",
    "OV702": "要收费的写“收费项目名称”“收费标准”“收费依据”列和缴费环节，不收费的都删去。",
    "OV802": "在“结果样本”列写样本的文件名。",
    "OV803": "在“常见问题”列写“问：……答：……”。",
    "OV804": "改正“服务主题”或者“服务对象”列。",
}  # fmt: skip
"""How a table is mended where the code's own words name keys of the format."""
PROCESS = "在“办理形式”或者“办理流程”列写明怎样办，或者另开一张“环节”工作表。"


def said_of_table(one: Diagnostic, row: Row, file: str) -> Diagnostic:
    """The diagnostic of a file as the table's editor understands it; findings that rest on a concluded process say so."""
    message = KEY.sub("", one.message)
    if not (row.key or row.code) and "name-" in message:
        message = message.replace(called(row), row.name)
    if row.concluded_from and (one.code in RESTING or one.path.startswith("process")):
        message += f"（流程是从{row.concluded_from}推出来的）"
    return replace(one, file=file, message=message, mend=_mend(one, row))


def _mend(one: Diagnostic, row: Row) -> str:
    """The way out by its column; the code's own words are replaced where they name keys of the format."""
    if one.path == "process" and not row.concluded_from:
        return PROCESS
    if one.code in MENDS and one.mend == CODES[one.code].mend:
        return MENDS[one.code]
    mend = KEY.sub("", one.mend)
    header = columns.header(one.path)
    return f"{mend}（表格里是“{header}”列。）" if header and f"“{header}”" not in mend else mend
