"""`onevisit catalogue import PATH | publish PATH | diff PATH | export [--to DIR]`: packs into the catalogue and out of it.

`import` reads a pack and says what publishing it would change, without changing anything; `diff` does the same and is exit 1 if
anything differs.
"""

import argparse
from pathlib import Path

from onevisit.access import Refused
from onevisit.catalogue import packs, queries
from onevisit.catalogue.packs import BadPack, Difference, Pack
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.demo import load_pack
from onevisit.channels.cli.running import connected
from onevisit.city import queries as city

SHOWN = 60


def configure(parser: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|publish|diff|export")
    for verb, line in (("import", "读入一个文件夹，说明公布后会有什么变化"), ("publish", "公布"), ("diff", "与已公布的内容比较")):
        verbs.add_parser(verb, help=line).add_argument("path", type=Path, metavar="文件夹")
    verbs.add_parser("export", help="导出已公布的规程").add_argument("--to", type=Path, metavar="文件夹", help="写成文件")


def run(args: argparse.Namespace) -> Answer:
    """What was done, or what differs; a pack that does not read or is refused is exit 1."""
    connected()
    if args.verb == "export":
        return _export(args.to)
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


def _export(to: Path | None) -> Answer:
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
    for one in found:
        if to is not None:
            _write(to / one.key, one)
    text = "\n".join(f"{one.name}（{one.level}）第{one.version}版" for one in found) or "还没有公布任何规程。"
    return Answer(document, text + (f"\n已写入{to}。" if to else ""))


def _write(folder: Path, one: queries.Exported) -> None:
    (folder / packs.FORMS).mkdir(parents=True, exist_ok=True)
    (folder / f"{one.level}.yaml").write_text(one.text, encoding="utf-8")
    for name, content in one.files.items():
        (folder / packs.FORMS / name).write_bytes(content)
