"""The chain of evidence (存证链): each event carries the hash of the one before, and Merkle roots tie the chains together.

hash = suite byte ‖ H(previous ‖ canonical JSON); leaf H(0x00 ‖ hash), node H(0x01 ‖ left ‖ right) (RFC 9162). H is an argument.

>>> from hashlib import sha256
>>> canonical({"n": 1, "kind": "case.accepted"})
b'{"kind":"case.accepted","n":1}'
>>> link(GENESIS, {"kind": "case.filed"}, lambda content: sha256(content).digest(), 2).hex()[:10]
'021a37d585'
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Digest = Callable[[bytes], bytes]

GENESIS = b""
"""What stands before the first event of a chain."""

LEAF, NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Linked:
    """An event as it is stored: its place, what was hashed, the hash before it, its own hash."""

    seq: int
    event: Mapping[str, Any]
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What was done to the chain at one place: `changed`, `removed`, `inserted`, `reordered` or `cut`."""

    code: str
    seq: int
    message: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf is in a tree: its place, the number of leaves, and the sibling hashes on the way up."""

    index: int
    size: int
    path: tuple[bytes, ...]


def canonical(event: Mapping[str, Any]) -> bytes:
    """The one spelling that is hashed: sorted keys, no spaces, UTF-8. Raises `TypeError` for a float or what JSON lacks."""
    _refuse(event, "event")
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: bytes, event: Mapping[str, Any], digest: Digest, suite: int) -> bytes:
    """The hash of an event that follows `previous`, marked with the byte of the suite that `digest` belongs to."""
    return bytes([suite]) + digest(previous + canonical(event))


def verify(events: Iterable[Linked], head: bytes, length: int, digests: Mapping[int, Digest]) -> list[Finding]:
    """Everything wrong with a stored chain, given its last hash, its length and the digest of each suite; nothing if it is whole.

    The chain is followed back from the head. What it does not reach was inserted; where it breaks, an event was removed, or
    rewritten if another stands in its place; an end that nothing leads to was cut off.
    """
    stored = sorted(events, key=lambda one: one.seq)
    false = {id(one) for one in stored if not _is_true(one, digests)}
    followed, findings = _follow(stored, head, length, false)
    reached = {id(one) for one in followed}
    findings += [_inserted(one) for one in stored if id(one) not in reached]
    findings += [_changed(one) for one in followed if id(one) in false]
    order = [one.seq for one in followed]
    findings += [_reordered(seq) for seq, right in zip(order, sorted(order), strict=True) if seq != right]
    return sorted(findings, key=lambda one: (one.seq, one.code))


def merkle_root(leaves: Sequence[bytes], digest: Digest) -> bytes:
    """The root over the leaves in their order (RFC 9162, section 2.1.1); the digest of nothing for none."""
    level = [digest(LEAF + leaf) for leaf in leaves] or [digest(b"")]
    while len(level) > 1:
        level = _above(level, digest)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int, digest: Digest) -> Proof:
    """The proof that the leaf at `index` is under `merkle_root(leaves)`. Raises `IndexError` outside of the leaves."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    level, place, path = [digest(LEAF + leaf) for leaf in leaves], index, []
    while len(level) > 1:
        if place ^ 1 < len(level):
            path.append(level[place ^ 1])
        level, place = _above(level, digest), place // 2
    return Proof(index, len(leaves), tuple(path))


def is_included(leaf: bytes, proof: Proof, root: bytes, digest: Digest) -> bool:
    """Whether the proof leads from this leaf to this root."""
    if not 0 <= proof.index < proof.size:
        return False
    node, place, last, rest = digest(LEAF + leaf), proof.index, proof.size - 1, list(proof.path)
    while last > 0:
        if place % 2 or place < last:
            if not rest:
                return False
            sibling = rest.pop(0)
            node = digest(NODE + sibling + node) if place % 2 else digest(NODE + node + sibling)
        place, last = place // 2, last // 2
    return not rest and node == root


def _above(level: list[bytes], digest: Digest) -> list[bytes]:
    """The next level up; an odd last node moves up as it is."""
    pairs = [digest(NODE + level[place] + level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) - len(level) % 2 :]


def _refuse(value: object, where: str) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}: a key must be text, not {key!r}")
            _refuse(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _refuse(inner, f"{where}[{place}]")
    elif value is not None and not isinstance(value, str | int):
        raise TypeError(f"{where}: {type(value).__name__} has no one spelling; write it as text")


def _follow(stored: list[Linked], head: bytes, length: int, false: set[int]) -> tuple[list[Linked], list[Finding]]:
    """The events that the chain reaches, first to last, and where it broke on the way back from the head."""
    by_hash = {one.hash: one for one in reversed(stored)}
    followed: list[Linked] = []
    findings: list[Finding] = []
    wanted, above = head, length + 1
    while wanted != GENESIS:
        found = by_hash.pop(wanted, None)
        if found is None:
            found = _resumed(stored, by_hash, above)
            misled = bool(followed) and id(followed[-1]) in false
            findings += _broken(found.seq if found else 0, above, at_end=not followed, misled=misled)
            if found is None:
                break
            by_hash.pop(found.hash)
        followed.append(found)
        wanted, above = found.previous, found.seq
    return followed[::-1], findings


def _resumed(stored: list[Linked], left: Mapping[bytes, Linked], above: int) -> Linked | None:
    """The last event before the break that the chain has not reached yet."""
    return next((one for one in reversed(stored) if one.seq < above and left.get(one.hash) is one), None)


def _broken(last: int, above: int, *, at_end: bool, misled: bool) -> list[Finding]:
    """What a break says, between the event `last` and the one at `above`; nothing if a changed event pointed the wrong way."""
    if last == above - 1:
        rewritten = Finding("changed", last, f"第{last}条事件被改写：后面记下的哈希与它对不上。")
        lost = Finding("removed", 1, "开头的事件被删除，后面的编号被改过。")
        return [] if misled else [rewritten if last else lost]
    span = f"第{last + 1}条" if last + 2 == above else f"第{last + 1}至{above - 1}条"
    if at_end:
        return [Finding("cut", last + 1, f"链尾被截断：{span}事件不见了。")]
    return [Finding("removed", last + 1, f"{span}事件被删除。")]


def _is_true(one: Linked, digests: Mapping[int, Digest]) -> bool:
    digest = digests.get(one.hash[0]) if one.hash else None
    try:
        return digest is not None and link(one.previous, one.event, digest, one.hash[0]) == one.hash
    except (TypeError, UnicodeEncodeError):
        return False  # such an event was never appended


def _changed(one: Linked) -> Finding:
    return Finding("changed", one.seq, f"第{one.seq}条事件被改动：内容与它的哈希对不上。")


def _inserted(one: Linked) -> Finding:
    return Finding("inserted", one.seq, f"第{one.seq}条事件不在链上，是后来插入的。")


def _reordered(seq: int) -> Finding:
    return Finding("reordered", seq, f"第{seq}条事件的次序被调换。")
