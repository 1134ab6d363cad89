"""Circles of needs with alternatives: what leads into itself whatever one chooses. Linear in the needs for plain graphs.

>>> def only(*ways):
...     return [frozenset({way}) for way in ways]
>>> list(circles({1: only(2), 2: only(1, 3), 3: only()}))
[frozenset({1, 2})]
>>> list(circles({1: [frozenset({2, 3})], 2: only(1), 3: only()}))
[]
>>> list(circles({1: [frozenset({2, 3})], 2: only(1), 3: only(1)}))
[frozenset({1, 2, 3})]
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

Needs = Mapping[int, Sequence[frozenset[int]]]
"""What each node needs: of each set, one is enough."""


def circles(needs: Needs) -> Iterator[frozenset[int]]:
    """The circles, each as the set of its nodes; a need with a way out of the set doesn't hold it together."""
    todo: list[Needs] = [needs]
    while todo:
        part = todo.pop()
        for inside in components({one: frozenset().union(*wanted) for one, wanted in part.items()}):
            touching = {one: [ways for ways in part[one] if ways & inside] for one in inside}
            kept = {one: [ways for ways in wanted if ways <= inside] for one, wanted in touching.items()}
            if kept != touching:
                todo.append(kept)
            elif any(kept.values()):
                yield inside


def ring(first: int, circle: frozenset[int], needs: Needs) -> tuple[int, ...]:
    """The circle in order, from `first`; empty if it is more than a mere ring."""
    after = {one: frozenset(other for ways in needs[one] if ways <= circle for other in ways) for one in circle}
    found = [first]
    while len(after[found[-1]]) == 1 and len(found) <= len(circle):
        (following,) = after[found[-1]]
        if following == first:
            return tuple(found) if len(found) == len(circle) else ()
        found.append(following)
    return ()


def components(edges: Mapping[int, frozenset[int]]) -> list[frozenset[int]]:
    """The strong components of a graph (Kosaraju)."""
    back: dict[int, list[int]] = defaultdict(list)
    for one, others in edges.items():
        for other in others:
            back[other].append(one)
    left = set(edges)
    found = []
    for root in reversed(_finished(edges)):
        if root in left:
            part = _reached(root, back, left)
            left -= part
            found.append(part)
    return found


def _finished(edges: Mapping[int, frozenset[int]]) -> list[int]:
    """The nodes in the order in which a search in depth leaves them."""
    seen: set[int] = set()
    order = []
    for root in edges:
        work = [] if root in seen else [(root, iter(edges[root]))]
        seen.add(root)
        while work:
            fresh = next((other for other in work[-1][1] if other in edges and other not in seen), None)
            if fresh is None:
                order.append(work.pop()[0])
            else:
                seen.add(fresh)
                work.append((fresh, iter(edges[fresh])))
    return order


def _reached(root: int, back: Mapping[int, Sequence[int]], left: set[int]) -> frozenset[int]:
    found, todo = {root}, [root]
    while todo:
        fresh = {other for other in back.get(todo.pop(), ()) if other in left} - found
        found |= fresh
        todo += fresh
    return frozenset(found)
