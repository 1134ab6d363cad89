"""Files as tables: XLSX, CSV (UTF-8, UTF-16, GB 18030) and JSON in, rows of texts out; what is hostile or too large is refused.

Nothing of a file is run, fetched or expanded: formulas count by their stored value, links and macros not at all.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from onevisit.access import Refused
from onevisit.catalogue.exchange.bounds import LARGEST, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, too_large
from onevisit.catalogue.exchange.cells import Line, Sheet
from onevisit.catalogue.exchange.workbook import sheets_of
from onevisit.catalogue.spreadsheets import unguarded

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What the files of Excel before 2007 begin with, and encrypted ones of any age."""
SEPARATORS = ",\t;"
LONGEST_FIELD = 2_000_000


def read(name: str, content: bytes) -> tuple[Sheet, ...]:
    """The tables of a file, by what it is and not by its name. Raises `Refused`."""
    if len(content) > LARGEST:
        raise too_large(f"文件有{len(content) // 1_000_000} MB，太大")
    if not content.strip():
        raise Refused("table-empty", "文件是空的。", "请选择有事项的表格。")
    if content.startswith(OLE):
        raise _old_or_locked(content)
    if content.startswith(b"PK"):
        return sheets_of(content)
    text = _decoded(content)
    return _json(text) if text.lstrip()[:1] in ("{", "[") and name.lower().endswith(".json") else (_csv(text),)


def _old_or_locked(content: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Refused("table-locked", "文件设了打开密码，不能读取。", "请去掉密码，另存以后再导入。")
    return Refused("table-old", "这是旧版的.xls文件，不能读取。", "请用表格软件打开，另存为.xlsx以后再导入。")


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for coding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("table-unreadable", "不是表格文件，或者编码认不出来。", "请另存为.xlsx，或者UTF-8编码的.csv。")


def _csv(text: str) -> Sheet:
    first = next((line for line in text.splitlines() if line.strip()), "")
    csv.field_size_limit(LONGEST_FIELD)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count))
    lines, count = [], 0
    try:
        for number, row in enumerate(rows, start=1):
            count += len(row)
            if len(row) > MOST_COLUMNS or number > MOST_ROWS or count > MOST_CELLS:
                raise too_large()
            cells = {column: unguarded(said) for column, said in enumerate(row, start=1) if said}
            if cells:
                lines.append(Line(number, cells))
    except csv.Error as why:
        raise Refused(
            "table-unreadable", f"第{rows.line_num}行不符合CSV的写法。", "请检查引号是否成对，或者另存为.xlsx。"
        ) from why
    return Sheet("", tuple(lines))


def _json(text: str) -> tuple[Sheet, ...]:
    """Objects with the official names, lists of objects below them: as one table of items and one for each list."""
    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError as why:
        raise Refused("table-unreadable", "JSON层层相套，无法读取。", "请改为平铺的写法。") from why
    except ValueError as why:
        line = getattr(why, "lineno", 1)
        raise Refused("table-unreadable", f"第{line}行不符合JSON的写法。", "请检查逗号、引号和括号。") from why
    items = next((one for one in value.values() if isinstance(one, list)), None) if isinstance(value, dict) else value
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise Refused("table-unreadable", "JSON里没有事项的列表。", '请写成{"事项": [{"事项名称": …}]}。')
    if len(items) > MOST_ROWS:
        raise too_large()
    return tuple(_objects(items))


def _objects(items: list[dict[str, Any]]) -> Iterator[Sheet]:
    tables: dict[str, list[tuple[int, str, Mapping[str, Any]]]] = {"事项": []}
    for place, item in enumerate(items, start=1):
        where = f"[{place}]"
        own = {key: value for key, value in item.items() if not _is_list(value)}
        tables["事项"].append((place, where, own))
        for key, value in item.items():
            for number, entry in enumerate(value if _is_list(value) else (), start=1):
                tables.setdefault(key, []).append((place, f"{where}.{key}[{number}]", entry))
    return (_table(name, rows) for name, rows in tables.items())


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _table(name: str, rows: list[tuple[int, str, Mapping[str, Any]]]) -> Sheet:
    """Objects as rows below a header; each belongs to its item by the item's place."""
    keys = list(dict.fromkeys(key for _, _, entry in rows for key in entry))
    if len(keys) > MOST_COLUMNS:
        raise too_large()
    columns = {key: column for column, key in enumerate(keys, start=2)}
    lines = [
        Line(
            0,
            {1: "事项序号", **{column: key for key, column in columns.items()}},
            places={column: key for key, column in columns.items()},
        )
    ]
    for place, where, entry in rows:
        given = {columns[key]: said for key, value in entry.items() if (said := _said(value))}
        places = {1: where, **{column: f"{where}.{key}" for key, column in columns.items()}}
        lines.append(Line(place, {1: str(place), **given}, places=places))
    return Sheet(name, tuple(lines))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
