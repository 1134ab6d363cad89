"""What is one because it shares a mark with another, directly or through a chain of others.

>>> linked([("a",), ("b",), ("a", "c"), ("c", "d"), ()])
[[0, 2, 3], [1], [4]]
"""

from collections.abc import Hashable, Iterable, Sequence


def linked(marks: Sequence[Iterable[Hashable]]) -> list[list[int]]:
    """The places of the entries in groups, in order; an entry without a mark stands alone."""
    first: dict[Hashable, int] = {}
    above = list(range(len(marks)))
    for place, own in enumerate(marks):
        for mark in own:
            one, other = sorted((_top(above, place), _top(above, first.setdefault(mark, place))))
            above[other] = one
    groups: dict[int, list[int]] = {}
    for place in range(len(marks)):
        groups.setdefault(_top(above, place), []).append(place)
    return list(groups.values())


def _top(above: list[int], place: int) -> int:
    while above[place] != place:
        above[place] = above[above[place]]
        place = above[place]
    return place
