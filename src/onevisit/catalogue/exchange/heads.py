"""Headers of two rows (两行表头): “办理时限” above “法定” and “承诺”, the other headers merged down; and sheets of notes."""

import re
from collections.abc import Iterator

from onevisit.catalogue.exchange import columns
from onevisit.catalogue.exchange.cells import Line

NOTES = re.compile(r"^(?:填[表报写]|使用|编制|操作|表格)?(?:说明|须知|指南|要求)$|^(?:填表说明|填报说明|填写说明)")
"""Names of sheets that explain the others."""


def joined(upper: Line, lower: Line) -> dict[int, str]:
    """The header of each column of a header of two rows, in words that are known; empty if the lower row is none of it."""
    parents = dict(_parents(upper, lower))
    children = {place: said for place, said in lower.cells.items() if said.strip() and said != upper.cells.get(place)}
    if not children or not all(place in parents for place in children):
        return {}
    found = {place: resolved(parents[place], said) for place, said in children.items()}
    grouped = {parents[place] for place, header in found.items() if header}
    if not grouped or any(parents[place] not in grouped for place in children):
        return {}
    whole = {place: header or f"{parents[place]}·{children[place]}" for place, header in found.items()}
    return {**{place: said for place, said in upper.cells.items() if said.strip()}, **whole}


def _parents(upper: Line, lower: Line) -> Iterator[tuple[int, str]]:
    """What stands above each column of the lower row; a header goes on to the right over cells that are blank or say it too."""
    parent = ""
    for place in range(1, max((*upper.cells, *lower.cells), default=0) + 1):
        said = upper.cells.get(place, "").strip()
        parent = said or (parent if lower.cells.get(place, "").strip() else "")
        if parent:
            yield place, parent


def resolved(parent: str, child: str) -> str:
    """A known header that both rows say together, the child alone if only that is known; "" if neither.

    >>> resolved("办理时限（工作日）", "法定"), resolved("联系电话", "投诉"), resolved("申请材料", "份数"), resolved("10", "5")
    ('法定办理时限', '投诉电话', '材料·份数', '')
    """
    above, below = columns.plain(parent), columns.plain(child)
    known = columns.everywhere()
    tries = [above + below, *(below + above[place:] for place in range(len(above))), *_starting(above, below)]
    if header := next((one for one in tries if one in known and one not in (above, below)), ""):
        return header
    part = columns.part_of_title(above)
    column = columns.within(part).get(below) if part else None
    return columns.whole(column) if column else below if below in known else ""


def _starting(above: str, below: str) -> Iterator[str]:
    return (above[place:] + below for place in range(1, len(above)))
