"""`onevisit catalogue import PATH | publish PATH | diff PATH | export [--to PATH]`: packs and tables into the catalogue and out.

`import` reads a pack, or a spreadsheet with the official columns, and says what is wrong in which cell and what publishing would
change, without changing anything; `diff` does the same and is exit 1 if anything differs.
"""

import argparse
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

from onevisit.access import Refused
from onevisit.catalogue import exchange, packs, phrases, queries, revisions
from onevisit.catalogue.exchange import CellDiagnostic, Row
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
FINDINGS = 200
UNREAD = frozenset({"OV101", "OV102", "OV103", "OV104"})
"""Codes of what could not be read."""


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


WORDS = {
    "same": "与在用的一样",
    "changed": "有改动",
    "new": "新增规程",
    "unlisted": "基本目录里没有这个名称，导入时新增事项和规程",
}


def _line(one: Difference) -> str:
    return f"  {one.path}：{_short(one.before)} → {_short(one.after)}"


def _short(value: object) -> str:
    text = "（无）" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _preview(path: Path, verb: str) -> Answer:
    """A dry run of a table: what is wrong by code and by cell, the columns that nobody reads, what its items would change."""
    if verb == "publish":
        raise Unreadable("表格不能直接公布，请在编辑室导入，修改以后由另一人公布。", file=path)
    base = queries.base_names()
    with tables.unswept():
        checked = exchange.checked(tables.read(path), revisions.others(), base)
    faults = [one for one in checked.told if one.diagnostic.code in UNREAD and one.diagnostic.severity == "error"]
    wrong = {one.item for one in faults}
    known = _Known(queries.exported(), frozenset(one.key for one in base))
    sound = {number: one for number, one in checked.standards.items() if number not in wrong}
    changes = [known.change(checked.found.items[number], sound[number]) for number in sorted(sound)]
    document = {
        "items": len(checked.found.items),
        "faults": [_told(one) for one in faults],
        "findings": [_told(one) for one in checked.told],
        "unread": [asdict(one) for one in checked.found.unknown_columns],
        "changes": changes,
    }
    differs = verb == "diff" and any(one["state"] != "same" for one in changes)
    errors = any(one.diagnostic.severity == "error" for one in checked.told)
    return Answer(document, "\n".join(_account(checked, changes)), int(errors or differs))


def _told(one: CellDiagnostic) -> dict[str, Any]:
    return {**asdict(one.diagnostic), "cell": one.cell, "item": one.item}


class _Known:
    """What is in force, by level and by key, code and name."""

    def __init__(self, exported: Iterable[queries.Exported], listed: Collection[str]) -> None:
        self._listed = listed
        self._kept: dict[tuple[str, str], tuple[queries.Exported, Standard]] = {}
        for one in exported:
            standard = packs.definition(one.definition)
            for mark in (one.name, standard.item.code, one.key):
                self._kept[one.level, mark] = (one, standard)

    def change(self, row: Row, said: Standard) -> dict[str, Any]:
        """What publishing an item of a table would change; what has no word of its own goes by its code or name."""
        marks = (row.key,) if row.key else (row.code, row.name)
        kept = next((self._kept[row.level, mark] for mark in marks if mark and (row.level, mark) in self._kept), None)
        after = replace(said, item=replace(said.item, key=kept[0].key)) if kept else said
        found = packs.differences(kept[1], after) if kept else ()
        listed = [{"path": each.path, "before": each.before, "after": each.after} for each in found]
        state = "changed" if found else "same" if kept else "new" if row.key in self._listed else "unlisted"
        key = kept[0].key if kept else row.key or row.code
        told = {"item": key, "name": row.name, "level": row.level, "cell": row.cell("")}
        return {**told, "state": state, "differences": listed}


def _account(checked: exchange.Checked, changes: list[dict[str, Any]]) -> Iterator[str]:
    """The summary by code, the findings, and what publishing would change."""
    told = [(one.diagnostic, one.cell) for one in checked.told]
    yield f"读入{len(checked.found.items)}个事项，{len(told)}处要看，没有改动任何内容。"
    yield from tables.summary(told)
    for one, cell in told[:FINDINGS]:
        yield f"  {cell or one.line}：{one.code} {one.message}"
        yield f"     改法：{one.mend}"
    if len(told) > FINDINGS:
        yield f"  只列出前{FINDINGS}处，其余{len(told) - FINDINGS}处请看--json。"
    yield from (f"  {one.cell}“{one.header}”：{one.why}。" for one in checked.found.unknown_columns)
    for each in changes:
        yield f"{each['name']}（{phrases.LEVELS.get(each['level'], each['level'])}，{each['cell']}）：{WORDS[each['state']]}"
        yield from (_line(Difference(one["path"], one["before"], one["after"])) for one in each["differences"])


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
