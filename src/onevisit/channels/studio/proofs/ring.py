"""A circle of proofs as a picture (循环证明): its items as numbered nodes on a ring, each need as an arrow. Pure.

>>> [(one.number, one.x, one.y) for one in drawn(Circle(("甲", "乙"), ("a", "b"), True, ())).nodes]
[(1, 180, 60), (2, 180, 300)]
"""

import math
from dataclasses import dataclass

from onevisit.proofs.register import Arrow, Circle

SIZE, RADIUS, NODE = 360, 120, 24
BEND = 0.27
"""How far an arrow leaves the straight line, outwards: those of a mere ring lie on its circle, two between a pair stay apart."""
LOOP = 46


@dataclass(frozen=True, slots=True)
class Node:
    """An item on the ring: its number, its name in words, and where it stands."""

    number: int
    name: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Need:
    """An arrow: who needs which paper of whom, in words, and its line."""

    words: str
    line: str


@dataclass(frozen=True, slots=True)
class Ring:
    """The whole picture, and what it says for whoever does not see it."""

    size: int
    radius: int
    nodes: tuple[Node, ...]
    needs: tuple[Need, ...]
    sentence: str


def drawn(circle: Circle) -> Ring:
    """The circle as a picture."""
    nodes = tuple(_node(place, name, len(circle.members)) for place, name in enumerate(circle.members))
    needs = tuple(Need(_words(one, nodes), _line(nodes[one.start], nodes[one.end])) for one in circle.arrows)
    return Ring(SIZE, NODE, nodes, needs, f"{circle.sentence}。")


def _node(place: int, name: str, count: int) -> Node:
    turn, away = 2 * math.pi * place / count - math.pi / 2, RADIUS if count > 1 else 0
    return Node(place + 1, name, round(SIZE / 2 + away * math.cos(turn)), round(SIZE / 2 + away * math.sin(turn)))


def _words(one: Arrow, nodes: tuple[Node, ...]) -> str:
    return f"{nodes[one.start].number}要《{one.proof}》，由{nodes[one.end].number}开具"


def _line(start: Node, end: Node) -> str:
    """A bent line from rim to rim; a loop for an item that needs its own result."""
    if start == end:
        x, y = start.x, start.y - NODE
        return f"M {x - 10} {y + 2} C {x - LOOP} {y - LOOP}, {x + LOOP} {y - LOOP}, {x + 12} {y + 4}"
    wide, high = end.x - start.x, end.y - start.y
    bend = round((start.x + end.x) / 2 + high * BEND), round((start.y + end.y) / 2 - wide * BEND)
    (x1, y1), (x2, y2) = _rim(start, bend, NODE), _rim(end, bend, NODE + 7)
    return f"M {x1} {y1} Q {bend[0]} {bend[1]} {x2} {y2}"


def _rim(node: Node, towards: tuple[int, int], away: int) -> tuple[int, int]:
    """The point on the way from a node, so far away from its middle."""
    wide, high = towards[0] - node.x, towards[1] - node.y
    far = math.hypot(wide, high) or 1.0
    return round(node.x + wide / far * away), round(node.y + high / far * away)
