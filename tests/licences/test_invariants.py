"""Invariants 1 and 30: each breach is found and named, and nothing else is."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.db.models import F

from onevisit.access import SYSTEM
from onevisit.ledger.models import Counter, Event
from onevisit.licences import actions, invariants, jobs
from onevisit.licences.models import Licence, Revocation
from onevisit.licences.queries import LicenceView
from onevisit.papers import actions as papers
from onevisit.papers import signing
from onevisit.papers.models import StoredFile

from .conftest import OWNER, REGULATOR, a_chief, new
from .test_actions import UNLAWFUL

Tampering = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def library(licence: LicenceView) -> LicenceView:
    """Four licences: one filed, one not yet, one replaced, one revoked."""
    actions.file_of(OWNER, licence.id)
    actions.issue(SYSTEM, new(replaces=actions.issue(SYSTEM, new()).id))
    ended = actions.issue(SYSTEM, new())
    actions.propose_end(REGULATOR, ended.id, UNLAWFUL)
    actions.revoke(a_chief(ended.id), ended.id)
    return licence


def test_a_sound_library_holds(library: LicenceView) -> None:
    assert list(invariants.doubled()) == []
    assert list(invariants.disagreeing()) == []


def test_a_second_licence_of_a_decision_is_found(library: LicenceView) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE licences_licence DROP CONSTRAINT one_licence_a_decision_and_type")
    first = Licence.objects.get(public_id=library.id)
    Licence.objects.filter(serial=3).update(decision=first.decision)
    assert list(invariants.doubled()) == [f"{first.decision}/{first.type_id}"]


def test_a_gap_in_the_numbers_is_found(library: LicenceView) -> None:
    series = Licence.objects.get(public_id=library.id).series
    Licence.objects.filter(serial=3).update(serial=7)
    assert series in set(invariants.disagreeing())
    Licence.objects.filter(serial=7).update(serial=3)
    Counter.objects.filter(series=series).update(last=F("last") + 1)
    assert series in set(invariants.disagreeing())


def test_a_series_that_lost_its_licences_is_found(library: LicenceView) -> None:
    Counter.objects.create(series="licence/gone/340304/2026", last=1)
    assert list(invariants.disagreeing()) == ["licence/gone/340304/2026"]


def test_an_ending_without_confirmation_is_found(library: LicenceView) -> None:
    ended = Licence.objects.get(state="revoked")
    Revocation.objects.update(confirmed_by="", confirmed_at=None)
    assert list(invariants.disagreeing()) == [str(ended.public_id)]


def test_a_confirmed_ending_that_the_licence_does_not_show_is_found(library: LicenceView) -> None:
    ended = Licence.objects.get(state="revoked")
    Licence.objects.filter(pk=ended.pk).update(state="valid", ended_at=None)
    assert list(invariants.disagreeing()) == [str(ended.public_id)]


def test_a_replaced_one_that_lost_its_successor_is_found(library: LicenceView) -> None:
    replaced = Licence.objects.get(state="superseded")
    Licence.objects.filter(replaces=replaced).update(replaces=None)
    assert list(invariants.disagreeing()) == [str(replaced.public_id)]


CHANGES: tuple[dict[str, object], ...] = (
    {"number": "3403042026000009"}, {"verify_code": "AAAABBBBCCCCDDDD"}, {"office": "别的单位"}, {"valid_to": "2099-01-01"},
    {"identifier": "1.2.156.3005.2.X"}, {"sample": False}, {"version": 2},
)  # fmt: skip


def test_a_row_that_no_longer_says_what_its_file_says_is_found(library: LicenceView) -> None:
    row = Licence.objects.filter(public_id=library.id)
    for change in CHANGES:
        before = row.values(*change).get()
        row.update(**change)
        assert list(invariants.disagreeing()) == [library.id], change
        row.update(**before)
    assert list(invariants.disagreeing()) == []


def test_a_changed_file_is_found(library: LicenceView) -> None:
    file = StoredFile.objects.get()
    changed = bytearray(file.content)
    changed[len(changed) // 2] ^= 1
    StoredFile.objects.update(content=bytes(changed))
    assert list(invariants.disagreeing()) == [library.id]


def test_an_exchanged_file_is_found_although_it_is_sealed(library: LicenceView) -> None:
    """Whoever can seal and write the tables still can't make the ledger tell of another file."""
    again = jobs._rendered(Licence.objects.get(public_id=library.id))
    other = papers.store(signing.sign(again, "又一份"), "application/pdf")
    Licence.objects.filter(public_id=library.id).update(file=StoredFile.objects.get(public_id=other.public_id))
    assert list(invariants.disagreeing()) == [library.id]


def test_a_file_that_the_ledger_does_not_know_is_found(library: LicenceView, tampering: Tampering) -> None:
    with tampering():
        Event.objects.filter(kind="licence.filed").update(data={"digest": "00"})
    assert list(invariants.disagreeing()) == [library.id]
