"""Licences that a department's own system made: its number, term and file, no series of ours; renewed without a gap."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit.access import SYSTEM, Hidden, Refused
from onevisit.core import identifiers
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Counter
from onevisit.licences import actions, invariants, jobs, queries
from onevisit.licences.actions import Foreign
from onevisit.licences.models import Licence
from onevisit.papers import render

from .conftest import HOLDER, OWNER, REGULATOR, new

MADE = datetime(2026, 3, 2, 9, 40, tzinfo=settings.ZONE)
THEIRS = Foreign("示例证340300000001", MADE, date(2026, 4, 20), date(2036, 4, 20))


def kinds(of: str) -> list[str]:
    return [event.kind for event in ledger.events(Licence.objects.get(public_id=of).stream.public_id)]


def a_file(text: str = "示例") -> bytes:
    return render.pdf("licences/certificate.html", {"name": text, "qr": "x"})


def test_number_term_and_moment_are_theirs_and_no_series_of_ours_moves(city: None) -> None:
    made = actions.issue(SYSTEM, new(foreign=THEIRS))
    assert (made.number, made.issued_at) == (THEIRS.number, MADE)
    assert (made.valid_from, made.valid_to, made.state) == (date(2026, 4, 20), date(2036, 4, 20), "not_yet")
    assert ".340300000001.001." in made.identifier
    assert identifiers.identify(made.identifier, "licence", date(2026, 3, 2)).valid
    assert not Counter.objects.filter(series__startswith="licence/").exists()
    (event,) = ledger.events(Licence.objects.get().stream.public_id)
    assert (event.kind, event.happened, event.entered) == ("licence.issued", MADE, settings.CLOCK())
    assert list(invariants.disagreeing()) == []


def test_without_a_file_of_theirs_the_house_prints_none(city: None) -> None:
    made = actions.issue(SYSTEM, new(foreign=THEIRS))
    assert jobs.make_file(made.id) == ""
    assert not queries.licence(OWNER, made.id).has_file
    with pytest.raises(Hidden):
        actions.file_of(OWNER, made.id)


def test_their_file_is_kept_as_it_is(city: None) -> None:
    file = a_file()
    made = actions.issue(SYSTEM, new(foreign=replace(THEIRS, file=file)))
    jobs.make_file(made.id)
    assert actions.file_of(OWNER, made.id) == file
    assert kinds(made.id) == ["licence.issued", "licence.filed"]
    assert list(invariants.disagreeing()) == []
    row = Licence.objects.select_related("file").get()
    assert row.file is not None
    row.file.content = file + b"\n"
    row.file.save()
    assert list(invariants.disagreeing()) == [made.id]


def test_the_same_decision_gives_it_once(city: None) -> None:
    asked = new(foreign=THEIRS)
    assert actions.issue(SYSTEM, asked).id == actions.issue(SYSTEM, asked).id
    assert Licence.objects.count() == 1


def test_a_number_or_file_of_another_licence_is_refused(city: None) -> None:
    actions.issue(SYSTEM, new(foreign=replace(THEIRS, file=a_file())))
    for other in (replace(THEIRS, file=a_file("另一份")), replace(THEIRS, number="示例证2", file=a_file())):
        with pytest.raises(Refused) as refused:
            actions.issue(SYSTEM, new(foreign=other))
        assert refused.value.code == "foreign-taken"
    assert Licence.objects.count() == 1


def test_what_was_issued_before_is_taken_in_once_and_has_no_case(city: None) -> None:
    old = new(case="", decision="", foreign=Foreign("示例证9", MADE, date(2020, 4, 20), date(2026, 4, 20)))
    made = actions.enter(SYSTEM, old)
    assert actions.enter(SYSTEM, old).id == made.id
    assert (made.case, made.decision, made.state) == ("", "", "valid")
    assert kinds(made.id) == ["licence.entered"]
    assert queries.full(OWNER, made.id).lines[1].value == "食品"
    assert queries.full(REGULATOR, made.id).holder_name == "张晓月（演示）"
    for wrong in (new(foreign=THEIRS), new(case="", decision="")):
        with pytest.raises(Refused):
            actions.enter(SYSTEM, wrong)


def test_the_database_refuses_a_licence_of_ours_without_a_case(city: None) -> None:
    actions.issue(SYSTEM, new())
    for change in ({"case": None}, {"case": None, "decision": None}, {"serial": None}, {"series": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Licence.objects.update(**change)


def test_a_renewed_licence_holds_until_the_new_one_begins(city: None, clock: Callable[[str], None]) -> None:
    old = actions.enter(SYSTEM, new(case="", decision="", foreign=Foreign("示例证9", MADE, date(2020, 4, 20), date(2026, 4, 19))))
    assert queries.to_replace(HOLDER, old.type).id == old.id  # type: ignore[union-attr]
    made = actions.issue(SYSTEM, new(foreign=THEIRS, replaces=old.id))
    assert queries.to_replace(HOLDER, old.type).id == made.id  # type: ignore[union-attr]
    assert [one.state for one in queries.mine(OWNER)] == ["not_yet", "valid"]
    clock("2026-04-20T08:00")
    assert [one.state for one in queries.mine(OWNER)] == ["valid", "superseded"]
    assert list(invariants.disagreeing()) == []


def test_the_same_number_again_is_its_next_version(city: None) -> None:
    old = actions.enter(SYSTEM, new(case="", decision="", foreign=replace(THEIRS, valid_from=date(2016, 4, 20))))
    made = actions.issue(SYSTEM, new(foreign=THEIRS, replaces=old.id))
    assert [row.version for row in Licence.objects.order_by("pk")] == [1, 2]
    assert ".002." in made.identifier
    assert queries.to_replace(str(uuid4()), old.type) is None


def test_a_foreign_one_that_ours_replaces_begins_a_number_of_ours(city: None) -> None:
    old = actions.enter(SYSTEM, new(case="", decision="", foreign=THEIRS))
    assert actions.issue(SYSTEM, new(replaces=old.id)).number == "3403042026000001"
    assert list(invariants.disagreeing()) == []
