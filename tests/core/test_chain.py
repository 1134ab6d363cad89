"""The chain of evidence: frozen vectors, every way of tampering named, Merkle roots as RFC 9162 has them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.chain import (
    GENESIS,
    Finding,
    Linked,
    Proof,
    canonical,
    inclusion_proof,
    is_included,
    link,
    merkle_root,
    verify,
)

SM3, SHA256 = 1, 2


def sm3(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


DIGESTS = {SM3: sm3, SHA256: sha256}
FILED = {"kind": "case.filed", "seq": 1, "data": {"名称": "莫𡐓村", "visits": 0, "promise": None}}
ACCEPTED = {"kind": "case.accepted", "seq": 2, "data": {"online": True, "list": [1, "a"]}}


def a_chain(length: int, suite: int = SM3) -> list[Linked]:
    chain, previous = [], GENESIS
    for seq in range(1, length + 1):
        event = {"kind": "case.noted", "note": f"n{seq}"}
        hashed = link(previous, event, DIGESTS[suite], suite)
        chain.append(Linked(seq, event, previous, hashed))
        previous = hashed
    return chain


def rewritten(one: Linked, event: Mapping[str, Any]) -> Linked:
    return replace(one, event=event, hash=link(one.previous, event, sm3, SM3))


def codes(findings: list[Finding]) -> list[tuple[str, int]]:
    return [(one.code, one.seq) for one in findings]


def checked(stored: list[Linked], whole: list[Linked]) -> list[tuple[str, int]]:
    return codes(verify(stored, whole[-1].hash, len(whole), DIGESTS))


def test_the_canonical_form_is_frozen() -> None:
    assert canonical(FILED) == '{"data":{"promise":null,"visits":0,"名称":"莫𡐓村"},"kind":"case.filed","seq":1}'.encode()
    assert canonical({"b": [True, {"z": 1, "a": 2}], "a": '"\\\n'}) == b'{"a":"\\"\\\\\\n","b":[true,{"a":2,"z":1}]}'


def test_the_hashes_are_frozen_under_both_suites() -> None:
    first = link(GENESIS, FILED, sm3, SM3)
    assert first.hex() == "01e9c4c2e9b08bbe4f00956b16a29f90739a98558951132488328e0146ca3be329"
    assert link(first, ACCEPTED, sm3, SM3).hex() == "015d2b41232533fb91b50b5d22ef1d932bd012869ae73c086f44c05bc87850473d"
    assert link(GENESIS, FILED, sha256, SHA256).hex() == "02296cd0c4d03776bd959ef221daad506989957cb40b53c9ef69b4e25da4f8d39f"


@pytest.mark.parametrize("value", [0.5, 1.0, float("nan"), b"x", object(), {1: "a"}, [{"a": 0.1}], {"a": (1, 2.5)}, {1, 2}])
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="event"):
        canonical({"value": value})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical({"value": "\ud800"})


def test_a_whole_chain_has_no_findings() -> None:
    chain = a_chain(6)
    assert checked(chain, chain) == []
    assert checked(chain[::-1], chain) == []
    assert verify([], GENESIS, 0, DIGESTS) == []


def test_a_chain_may_change_its_suite_on_the_way() -> None:
    chain = a_chain(3)
    event = {"kind": "case.noted"}
    last = Linked(4, event, chain[-1].hash, link(chain[-1].hash, event, sha256, SHA256))
    assert checked([*chain, last], [*chain, last]) == []
    assert codes(verify([*chain, last], last.hash, 4, {SM3: sm3})) == [("changed", 4)]


@pytest.mark.parametrize("place", range(5))
def test_a_changed_event_is_named(place: int) -> None:
    chain = a_chain(5)
    forged = [*chain]
    forged[place] = replace(chain[place], event={"kind": "case.noted", "note": "forged"})
    assert checked(forged, chain) == [("changed", place + 1)]


@pytest.mark.parametrize("value", [0.5, "\ud800"])
def test_an_event_changed_to_what_cannot_be_hashed_is_named(value: object) -> None:
    chain = a_chain(3)
    assert checked([chain[0], replace(chain[1], event={"kind": value}), chain[2]], chain) == [("changed", 2)]


@pytest.mark.parametrize("place", range(5))
def test_an_event_rewritten_with_a_right_hash_of_its_own_is_named(place: int) -> None:
    chain = a_chain(5)
    forged = [*chain]
    forged[place] = rewritten(chain[place], {"kind": "case.noted", "note": "forged"})
    assert checked(forged, chain) == [("changed", place + 1)]


@pytest.mark.parametrize("place", range(5))
def test_an_event_that_points_elsewhere_is_named(place: int) -> None:
    chain = a_chain(5)
    forged = [*chain]
    forged[place] = replace(chain[place], previous=b"\x01elsewhere")
    assert checked(forged, chain) == [("changed", place + 1)]


@pytest.mark.parametrize("place", range(4))
def test_a_removed_event_is_named(place: int) -> None:
    chain = a_chain(5)
    assert checked(chain[:place] + chain[place + 1 :], chain) == [("removed", place + 1)]


def test_several_removed_in_a_row_are_one_finding_and_its_span_is_said() -> None:
    chain = a_chain(6)
    found = verify([chain[0], chain[5]], chain[-1].hash, 6, DIGESTS)
    assert codes(found) == [("removed", 2)]
    assert "第2至5条" in found[0].message


@pytest.mark.parametrize("kept", range(5))
def test_a_cut_tail_is_named(kept: int) -> None:
    chain = a_chain(5)
    assert checked(chain[:kept], chain) == [("cut", kept + 1)]


@pytest.mark.parametrize("place", range(6))
def test_an_inserted_event_is_named_though_it_fits_before_and_is_hashed_right(place: int) -> None:
    chain = a_chain(5)
    previous = chain[place - 1].hash if place else GENESIS
    event = {"kind": "case.noted", "note": "forged"}
    forged = Linked(place + 1, event, previous, link(previous, event, sm3, SM3))
    shifted = [replace(one, seq=one.seq + 1) for one in chain[place:]]
    assert checked([*chain[:place], forged, *shifted], chain) == [("inserted", place + 1)]


def test_a_copied_event_is_an_inserted_one() -> None:
    chain = a_chain(3)
    assert checked([*chain, replace(chain[1], seq=4)], chain) == [("inserted", 4)]


def test_swapped_events_are_named() -> None:
    chain = a_chain(5)
    swapped = [chain[0], replace(chain[2], seq=2), replace(chain[1], seq=3), *chain[3:]]
    assert checked(swapped, chain) == [("reordered", 2), ("reordered", 3)]


def test_several_deeds_are_all_named() -> None:
    chain = a_chain(8)
    forged = [replace(chain[0], event={"kind": "x"}), *chain[1:3], *chain[4:6]]
    assert checked(forged, chain) == [("changed", 1), ("removed", 4), ("cut", 7)]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True), st.integers(1, 7))
def test_no_loss_or_change_of_order_goes_unseen(order: list[int], length: int) -> None:
    chain = a_chain(length)
    stored = [replace(chain[place], seq=seq) for seq, place in enumerate([one for one in order if one < length], 1)]
    assert (checked(stored, chain) == []) == ([one.event for one in stored] == [one.event for one in chain])


LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle_root(LEAVES[:size], sha256).hex() == ROOTS[size]


@given(st.integers(1, 40), st.data())
def test_each_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = [bytes([place]) for place in range(size)]
    index = data.draw(st.integers(0, size - 1))
    root, proof = merkle_root(leaves, sm3), inclusion_proof(leaves, index, sm3)
    assert is_included(leaves[index], proof, root, sm3)
    assert not is_included(b"other", proof, root, sm3)
    assert not is_included(leaves[index], proof, merkle_root([*leaves, b"more"], sm3), sm3)
    wrong = data.draw(st.integers(0, size - 1).filter(lambda place: place != index) if size > 1 else st.just(size))
    assert not is_included(leaves[index], replace(proof, index=wrong), root, sm3)


def test_a_proof_too_short_too_long_or_outside_proves_nothing() -> None:
    leaves = LEAVES[:5]
    root, proof = merkle_root(leaves, sha256), inclusion_proof(leaves, 2, sha256)
    assert not is_included(leaves[2], replace(proof, path=proof.path[:-1]), root, sha256)
    assert not is_included(leaves[2], replace(proof, path=(*proof.path, root)), root, sha256)
    assert not is_included(leaves[2], Proof(5, 5, proof.path), root, sha256)
    with pytest.raises(IndexError, match="5"):
        inclusion_proof(leaves, 5, sha256)
