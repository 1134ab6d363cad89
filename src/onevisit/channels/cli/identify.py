"""`onevisit identify VALUE [--as KIND] [--on DATE]`: what a number says, and where it is wrong."""

import argparse
from dataclasses import asdict

from onevisit.channels.cli.answer import Answer
from onevisit.channels.cli.moments import day, now
from onevisit.core.identifiers import KINDS, Identity, identify

FACTS = {
    "birth": "出生日期", "sex": "性别", "region": "行政区划代码", "region_name": "行政区划", "nationality": "国籍", "age": "周岁",
    "organisation": "组织机构代码", "level": "层级", "parcel": "宗地代码", "type": "证照类型", "issuer": "颁发机构",
    "serial": "流水号", "version": "版本",
}  # fmt: skip
SEXES = {"male": "男", "female": "女"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("value", metavar="VALUE", help="号码或代码")
    parser.add_argument("--as", dest="kind", choices=list(KINDS), metavar="KIND", help="按这一种核对：" + " ".join(KINDS))
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天算，默认今天")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if the number is not valid."""
    found = identify(args.value, args.kind, args.on or now().date())
    return Answer(asdict(found), _text(found), int(not found.valid))


def _text(found: Identity) -> str:
    name = KINDS[found.kind].name if found.kind else "未知种类"
    if not found.valid:
        return "\n".join([f"{name}：不正确", *(f"  {one.message}" for one in found.problems)])
    facts = (
        f"  {FACTS[key]}：{SEXES.get(str(value), value)}"
        for key, value in found.facts.items()
        if value is not None and (key != "region" or found.facts.get("region_name") is None)
    )
    return "\n".join([f"{name}：{found.normal}", *facts])
