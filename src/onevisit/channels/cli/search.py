"""`onevisit search WORDS [--division CODE] [--limit 10]`: the items that people mean by these words, best first.

What is answered in words (a cancelled proof, a general question) stands first, as rows without an item.
Exit 1 if nothing is found.
"""

import argparse

from onevisit.catalogue import queries
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.running import connected
from onevisit.city import queries as city

MOST = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("words", nargs="+", metavar="说法", help="用自己的话说，例如：买房交税")
    parser.add_argument("--division", default="", metavar="代码", help="在哪里办：12位区划代码")
    parser.add_argument("--limit", type=int, default=10, metavar="N", help=f"最多几条，1到{MOST}")


def run(args: argparse.Namespace) -> Answer:
    """The hits; nothing found is exit 1."""
    if not 1 <= args.limit <= MOST:
        raise Unreadable(f"--limit 要在1到{MOST}之间，现在是{args.limit}。")
    connected()
    _known(args.division)
    words = " ".join(args.words)
    hits = queries.search(words, args.division, args.limit)
    told = queries.replied(words, hits)
    document = [_told(one) for one in told] + [
        {
            "item": hit.item,
            "name": hit.name,
            "level": hit.level,
            "score": f"{hit.score:.2f}",
            "why": hit.why,
            "promise": hit.promise or None,
            "kind": "item",
            "link": None,
        }
        for hit in hits
    ]
    lines = [f"{one.name}：{one.text}" for one in told] + [_line(hit) for hit in hits]
    text = "\n".join(lines) or "没有找到。换个说法试试，或者拨打12345。"
    return Answer(document, text, 0 if document else 1)


def _known(division: str) -> None:
    try:
        if division:
            city.division(division)
    except city.NotHere as why:
        raise Unreadable(f"{why}。", key="--division") from why


def _line(hit: queries.Hit) -> str:
    return f"{hit.score:.2f}  {hit.name}　{hit.listed.division_name}　{hit.listed.word or hit.listed.ask}　（{hit.why}）"


def _told(one: queries.Reply) -> dict[str, str | None]:
    """An answer in words, as a row of the list."""
    return {
        "item": None,
        "name": one.name,
        "level": None,
        "score": "1.00",
        "why": "；依据：".join(filter(None, (one.text, one.basis))),
        "promise": None,
        "kind": one.kind,
        "link": one.link or None,
    }
