"""`onevisit catalogue import PATH | publish PATH | diff PATH | export [--to PATH]`: packs and tables into the catalogue and out.

`import` reads a pack, or a spreadsheet with the official columns, and says what is wrong in which cell and what publishing would
change, without changing anything; `diff` does the same and is exit 1 if anything differs.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from onevisit.access import Refused
from onevisit.catalogue import exchange, packs, queries
from onevisit.catalogue.exchange import CellFault, Import, Row
from onevisit.catalogue.packs import BadPack, Difference, Pack
from onevisit.channels.cli import tables
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.definitions import is_table
from onevisit.channels.cli.demo import load_pack
from onevisit.channels.cli.running import connected
from onevisit.city import queries as city
from onevisit.core import reading
from onevisit.core.definition import Standard

SHOWN = 60


def configure(parser: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|publish|diff|export")
    for verb, line in (
        ("import", "读入一个文件夹或者表格，说明公布后会有什么变化"),
        ("publish", "公布"),
        ("diff", "与已公布的内容比较"),
    ):
        verbs.add_parser(verb, help=line).add_argument("path", type=Path, metavar="文件夹或者表格")
    export = verbs.add_parser("export", help="导出已公布的规程")
    export.add_argument("--to", type=Path, metavar="路径", help="写成文件：YAML写进这个文件夹，表格写成这个文件")
    export.add_argument("--format", choices=("yaml", "xlsx", "csv", "json"), default="yaml", help="写成什么（默认yaml）")


def run(args: argparse.Namespace) -> Answer:
    """What was done, or what differs; a pack that does not read or is refused is exit 1."""
    connected()
    if args.verb == "export":
        return _export(args.to, args.format)
    if is_table(args.path):
        return _preview(args.path, args.verb)
    try:
        pack = packs.load(args.path)
        return _publish(args.path) if args.verb == "publish" else _compare(pack, failing=args.verb == "diff")
    except BadPack as why:
        return Answer({"faults": list(why.faults)}, "\n".join(why.faults), 1)
    except Refused as why:
        return Answer({"refused": why.code, "message": why.message}, f"{why.message}{why.way_out}", 1)


def _publish(path: Path) -> Answer:
    cities = city.cities()
    if not cities:
        raise Unreadable("还没有建立城市，请先执行 onevisit city new 代码。")
    name = load_pack(path, cities[0].code).name
    keys = [one.standard.item.id for one in packs.load(path).definitions]
    found = [one for one in queries.exported() if one.key in keys]
    document = [{"item": one.key, "level": one.level, "version": one.version, "content_hash": one.content_hash} for one in found]
    return Answer(document, "\n".join(f"{name}：{one.name}（{one.level}）第{one.version}版在用。" for one in found))


def _compare(pack: Pack, *, failing: bool) -> Answer:
    known = {(one.key, one.level): one for one in queries.exported()}
    document, lines = [], []
    for one in pack.definitions:
        kept = known.get((one.standard.item.id, one.standard.level))
        found = packs.differences(packs.definition(kept.definition) if kept else None, one.standard)
        same = kept is not None and kept.content_hash == one.content_hash
        state = "same" if same else "changed" if kept else "new"
        listed = [{"path": each.path, "before": each.before, "after": each.after} for each in found]
        document.append({"item": one.standard.item.id, "level": one.standard.level, "state": state, "differences": listed})
        lines += [f"{one.standard.item.name}（{one.standard.level}）：{WORDS[state]}", *map(_line, found if kept else ())]
    differs = any(entry["state"] != "same" for entry in document)
    return Answer(document, "\n".join(lines), int(failing and differs))


WORDS = {"same": "与在用的一样", "changed": "有改动", "new": "新增"}


def _line(one: Difference) -> str:
    return f"  {one.path}：{_short(one.before)} → {_short(one.after)}"


def _short(value: object) -> str:
    text = "（无）" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _preview(path: Path, verb: str) -> Answer:
    """A dry run of a table: its faults by cell, the columns that nobody reads, what its sound items would change."""
    if verb == "publish":
        raise Unreadable("表格不能直接公布，请在工作台导入，修改以后由另一人公布。", file=path)
    found = tables.read(path)
    faults = tuple(_faults(found))
    wrong = {one.item for one in faults}
    changes = [_change(one) for number, one in enumerate(found.items) if number not in wrong]
    document = {
        "items": len(found.items),
        "faults": [asdict(one) for one in faults],
        "unread": [asdict(one) for one in found.unknown_columns],
        "changes": changes,
    }
    differs = verb == "diff" and any(one["state"] != "same" for one in changes)
    return Answer(document, "\n".join(_told(found, faults, changes)), int(bool(faults) or differs))


def _faults(found: Import) -> Iterator[CellFault]:
    """What can't be read, cell by cell: of the table, and of the documents that it makes."""
    yield from (one for one in found.faults if one.item < 0)
    for number in range(len(found.items)):
        yield from exchange.faults(found, number)


def _change(row: Row) -> dict[str, Any]:
    """What publishing an item of a table would change; what has no word of its own goes by its code or name."""
    known = [one for one in queries.exported() if one.level == row.level]
    kept = next((one for one in known if row.key == one.key), None)
    head: Mapping[str, Any] = row.document["item"]
    if kept is None and not row.key:
        codes = {one.key: packs.definition(one.definition).item.code for one in known}
        kept = next((one for one in known if (row.code and codes[one.key] == row.code) or one.name == row.name), None)
        head = {**head, "key": kept.key} if kept else head
    after = exchange.standard({**row.document, "item": head})
    found = packs.differences(packs.definition(kept.definition) if kept else None, after)
    listed = [{"path": each.path, "before": each.before, "after": each.after} for each in found] if kept else []
    state = "new" if kept is None else "changed" if found else "same"
    told = {"item": head.get("key") or row.code, "name": row.name, "level": row.level, "cell": row.cell("")}
    return {**told, "state": state, "differences": listed}


def _told(found: Import, faults: tuple[CellFault, ...], changes: list[dict[str, Any]]) -> Iterator[str]:
    yield f"读入{len(found.items)}个事项，{len(faults)}处有误，没有改动任何内容。"
    yield from (f"  {one.cell or one.row}：{one.code} {one.message}" for one in faults)
    yield from (f"  {one.cell}“{one.header}”：{one.why}。" for one in found.unknown_columns)
    for one in changes:
        yield f"{one['name']}（{one['level']}，{one['cell']}）：{WORDS[one['state']]}"
        yield from (_line(Difference(each["path"], each["before"], each["after"])) for each in one["differences"])


def _table(to: Path | None, kind: exchange.Kind) -> None:
    """The standards in force as a table with the official columns."""
    if to is None:
        raise Unreadable(f"请用 --to 写明文件名，例如 --to catalogue.{kind}")
    rows = [_row(one) for one in queries.exported()]
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(exchange.write(kind, rows))


def _row(one: queries.Exported) -> Row:
    standard: Standard = packs.definition(one.definition)
    return Row("", 0, one.key, standard.item.code, one.name, one.level, "", reading.to_json(standard), {})


def _export(to: Path | None, kind: Literal["yaml", "xlsx", "csv", "json"]) -> Answer:
    found = queries.exported()
    document = [
        {
            "item": one.key,
            "level": one.level,
            "version": one.version,
            "content_hash": one.content_hash,
            "published_at": one.published_at,
        }
        for one in found
    ]
    if kind != "yaml":
        _table(to, kind)
    elif to is not None:
        for one in found:
            _write(to / one.key, one)
    text = "\n".join(f"{one.name}（{one.level}）第{one.version}版" for one in found) or "还没有公布任何规程。"
    return Answer(document, text + (f"\n已写入{to}。" if to else ""))


def _write(folder: Path, one: queries.Exported) -> None:
    (folder / packs.FORMS).mkdir(parents=True, exist_ok=True)
    (folder / f"{one.level}.yaml").write_text(one.text, encoding="utf-8")
    for name, content in one.files.items():
        (folder / packs.FORMS / name).write_bytes(content)
