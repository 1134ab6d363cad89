"""`onevisit library pull | evidence`: the province's item library compared with the catalogue; guides looked for on other sites.

`pull` notes differences for editors to decide and changes nothing else. `evidence` looks, and keeps what it saw; exit 1 if a
guide is not where it should be.
"""

import argparse

from onevisit.access import SYSTEM, Refused
from onevisit.catalogue import actions, library
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.running import connected
from onevisit.identity.peers import PeerTrouble


def configure(parser: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="pull|evidence")
    verbs.add_parser("pull", help="与省级事项库比对，列出不同，不改动目录")
    verbs.add_parser("evidence", help="看在用的指南在本市网站、省网上是不是同一份，留下凭证")


def run(args: argparse.Namespace) -> Answer:
    """What differs, or what was seen."""
    connected()
    if args.verb == "evidence":
        agrees, wrong = actions.look_around(SYSTEM)
        return Answer({"agrees": agrees, "wrong": wrong}, f"一致{agrees}份，不一致{wrong}份。", int(wrong > 0))
    try:
        actions.pull(SYSTEM)
    except PeerTrouble as trouble:
        raise Unreadable(f"省级事项库现在连不上：{trouble}") from trouble
    except Refused as why:
        raise Unreadable(f"{why.message}{why.way_out}") from why
    found = library.changes()
    names = ("key", "field", "owner", "ours", "theirs")
    document = [{name: getattr(one, name) for name in names} for one in found]
    lines = [f"{one.name}的{one.field_name}（{one.owner_name}）：本市“{one.ours}”，省库“{one.theirs}”" for one in found]
    return Answer(document, "\n".join(lines) or "没有不同。")
