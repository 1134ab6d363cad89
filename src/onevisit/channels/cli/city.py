"""`onevisit city new CODE`: any prefecture of China, with its divisions to the village, the departments and the calendar.

Done again, it brings names up to date. `--demo` also makes up offices and halls, in a demo only.
"""

import argparse

from django.conf import settings

from onevisit.access import Refused
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.running import connected
from onevisit.city import actions
from onevisit.city.divisions import UnknownPrefecture

WORDS = {"city": "市", "county": "县（区）", "town": "乡镇（街道）", "village": "村（社区）"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="new")
    new = verbs.add_parser("new", help="建立一个地级市")
    new.add_argument("code", metavar="代码", help="地级市的区划代码，如340300")
    new.add_argument("--demo", action="store_true", help="再编造机构和大厅，仅限演示环境")


def run(args: argparse.Namespace) -> Answer:
    """The city and how many divisions of each level it has."""
    if args.demo and not settings.DEMO:
        raise Unreadable("--demo 只能用于演示环境，请设置 ONEVISIT_DEMO=1 后再试。")
    connected()
    try:
        founded = actions.found(args.code)
        offices = actions.furnish_demo(founded.code) if args.demo else 0
    except UnknownPrefecture as why:
        return Answer({"code": args.code, "refused": str(why)}, str(why), 1)
    except Refused as why:
        return Answer({"code": args.code, "refused": why.message}, f"{why.message}{why.way_out}", 1)
    document = {"code": founded.code, "name": founded.name, "divisions": dict(founded.counts), "offices": offices}
    counts = "、".join(f"{WORDS[level]}{count}个" for level, count in founded.counts.items())
    made_up = f"；机构{offices}个（演示）" if args.demo else ""
    return Answer(document, f"已建立{founded.name}（{founded.code}）：{counts}{made_up}。")
