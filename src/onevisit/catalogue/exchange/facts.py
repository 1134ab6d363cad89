"""What several official columns say together (要素换算): kind and copies of a material, its source, units of limits, the depth.

DOMAIN section 1 has the table of coded values; what a code leaves open is asked of the editor, at its cell.
"""

import re
from collections.abc import Mapping
from typing import Any

from onevisit.catalogue.exchange import codesets
from onevisit.catalogue.exchange.cells import narrow
from onevisit.catalogue.exchange.columns import FACT
from onevisit.catalogue.exchange.drafts import BASE_CODE, ITEM_CODE
from onevisit.catalogue.exchange.entries import Draft, Entry
from onevisit.core.reading import BAD_VALUE, MISSING_ELEMENT

KIND, COPIES = ("form", "kind"), ("form", "copies")
ORIGIN, NECESSITY, MEDIUM = (FACT, "origin"), (FACT, "necessity"), (FACT, "medium")
BODY_CODE = 18
LEVELS: Mapping[str, str] = {code: level for level, code in (codesets.SETS["level"].codes or {}).items()}
OLD_CODES = (10, 24)
"""Lengths in GB/T 39046 that are older than those in use: accepted."""
ASKED = re.compile(
    r"(?:问|Q)\s*\d*\s*[：:.、]\s*(.+?)\s*(?:答|A)\s*\d*\s*[：:.、]\s*(.+?)\s*(?=(?:问|Q)\s*\d*\s*[：:.、]|\Z)", re.DOTALL
)


def weigh(draft: Draft) -> None:
    """The facts of an item and its entries become values at their places, or faults at their cells."""
    for one in draft.entries.get("materials", ()):
        _material(one)
    for one in draft.entries.get("limits", ()):
        _limits(one)
    draft.entries["faq"] = [answered for one in draft.entries.get("faq", ()) for answered in _answered(one)]
    _depth(draft)
    _codes(draft)
    _body(draft)


def _material(entry: Entry) -> None:
    _form(entry)
    necessity = entry.fact("necessity")
    if necessity is not None:
        said = codesets.plain(str(necessity))
        said = codesets.NECESSITY.get(said, said)
        if said not in codesets.NECESSITY.values():
            entry.fault(
                BAD_VALUE, NECESSITY, entry.cell(NECESSITY), f"材料必要性“{necessity}”不认识，请写：必要、非必要、容缺后补。"
            )
        elif said != "必要":
            entry.values.setdefault(("tolerance",) if said == "容缺后补" else ("necessary",), said == "容缺后补")
    _origin(entry)


def _origin(entry: Entry) -> None:
    said = entry.fact("origin")
    if said is None or ("source",) in entry.values:
        return
    origin = codesets.ORIGINS.get(codesets.plain(str(said)))
    cell = entry.cell(ORIGIN)
    if origin is None:
        entry.fault(BAD_VALUE, ORIGIN, cell, f"来源渠道“{said}”不认识，请写：申请人自备、政府部门核发、其他。")
    elif origin == "applicant":
        entry.values["source",] = "applicant"
    else:
        way = "仍由申请人带来的写“申请人自备”，能取得的在“来源”列写明shared:或者licence:开头的名称"
        entry.fault(BAD_VALUE, ("source",), cell, f"来源渠道“{said}”没有说明从哪里取得，请{way}。")


def _form(entry: Entry) -> None:
    """`original`, `copy` or both, with the number of copies; electronic where nothing is counted."""
    originals, copies = entry.fact("originals"), entry.fact("copies")
    if KIND in entry.values:
        return
    if originals or copies:
        kind = "original_and_copy" if originals and copies else "original" if originals else "copy"
        entry.values[KIND] = kind
        entry.values.setdefault(COPIES, copies or originals)
    elif codesets.plain(str(entry.fact("medium") or "")) in ("2", "电子化", "电子", "电子件", "电子版"):
        entry.values[KIND] = "electronic"


def _limits(entry: Entry) -> None:
    units = {unit for name in ("legal_unit", "promised_unit") if (unit := entry.fact(name))}
    if len(units) > 1:
        cell = entry.cell((FACT, "promised_unit"))
        entry.fault(BAD_VALUE, ("unit",), cell, "法定时限和承诺时限的单位不同，请换算成同一种（工作日或者自然日）。")
    elif units:
        entry.values.setdefault(("unit",), units.pop())


def _answered(entry: Entry) -> list[Entry]:
    """Questions and answers out of one text."""
    said = entry.fact("text")
    if said is None or ("q",) in entry.values:
        return [entry]
    found = [match.groups() for match in ASKED.finditer(str(said))]
    if not found:
        halves = re.split(r"(?<=[？?])\s*", str(said), maxsplit=1)
        found = [(halves[0], halves[1])] if len(halves) == 2 and halves[1] else []
    cell = entry.cell((FACT, "text"))
    if not found:
        entry.fault(BAD_VALUE, (FACT, "text"), cell, "常见问题分不清问和答，请写成“问：……答：……”。")
        return [entry]
    return [Entry(cell, entry.row, {("q",): q, ("a",): a}) for q, a in found]


def _depth(draft: Draft) -> None:
    said, path = draft.fact("depth"), (FACT, "depth")
    if said is None or ("depth",) in draft.values:
        return
    words = [codesets.DEPTH_NAMES.get(one, one) for one in re.split(r"[\^；;、，,\s]+", str(said).strip()) if one]
    depths = [codesets.DEPTHS.get(narrow(one)) for one in words]
    if None in depths or not depths:
        draft.fault(BAD_VALUE, ("depth",), draft.cell(path), f"网上办理深度“{said}”不认识，请写代码1到7，几个之间用“^”隔开。")
    else:
        draft.values["depth",] = max(one for one in depths if one)


def _codes(draft: Draft) -> None:
    """The item code is computed from body, level and base code (DOMAIN section 2): the parts that are missing are read off it."""
    said = draft.fact("code")
    base, path = draft.values.get(("item", "code")), ("item", "code")
    if base is not None and not re.fullmatch(rf"[0-9A-Z]{{{OLD_CODES[0]}}}|[0-9A-Z]{{{BASE_CODE}}}", str(base)):
        draft.fault(BAD_VALUE, path, draft.cell(path), f"基本编码“{base}”有{len(str(base))}位，应当是{BASE_CODE}位，请核对。")
    if said is None or len(said) == OLD_CODES[1]:
        return
    cell = draft.cell((FACT, "code"))
    if len(said) != ITEM_CODE:
        draft.fault(BAD_VALUE, (FACT, "code"), cell, f"实施编码“{said}”有{len(said)}位，应当是{ITEM_CODE}位，请核对。")
        return
    body, level, rest = said[:BODY_CODE], said[BODY_CODE], said[BODY_CODE + 1 :]
    wanted: list[tuple[tuple[str, ...], str, Any]] = [(("offer", "department"), "实施主体代码", body), (path, "基本编码", rest)]
    for place, word, value in wanted:
        if place not in draft.values:
            draft.told[place] = cell
        known = draft.values.setdefault(place, value)
        if known != value:
            draft.fault(
                BAD_VALUE, place, cell, f"实施编码里的{word}是“{value}”，与{draft.cell(place)}的“{known}”不一样，请改正一处。"
            )
    _level(draft, level, cell)


def _level(draft: Draft, code: str, cell: str) -> None:
    """The level in an item code: taken where the table has none, else compared."""
    path = ("level",)
    if path not in draft.values and code in LEVELS:
        draft.values[path] = LEVELS[code]
        draft.told[path] = cell
    told = codesets.code("level", str(draft.values.get(path, "")))
    if told and told != code:
        where = f"实施编码第{BODY_CODE + 1}位的层级代码是“{code}”"
        draft.fault(BAD_VALUE, path, cell, f"{where}，与行使层级“{told}”不一样，请改正一处。")


def _body(draft: Draft) -> None:
    """Where no department is named by our word, the body that the table names is it."""
    said = draft.fact("body")
    department = ("item", "department")
    if said is not None and department not in draft.values:
        draft.values[department] = str(said).strip()
    if draft.fact("charges") and not draft.entries.get("fees"):
        cell = draft.cell((FACT, "charges"))
        draft.fault(MISSING_ELEMENT, ("fees",), cell, "写了收费，却没有收费项目、标准和依据，请补上，或者改为不收费。")
    if draft.fact("charges") is False and draft.entries.get("fees"):
        cell = draft.entries["fees"][0].where
        draft.fault(BAD_VALUE, ("fees",), cell, f"写了收费项目，{draft.cell((FACT, 'charges'))}却写着不收费，请改正一处。")
