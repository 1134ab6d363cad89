"""Issuing, once and without gaps; ending, by two; the file, made once. Beside each success its refusals."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from onevisit.access import SYSTEM, Denied, Hidden, Refused
from onevisit.core import identifiers
from onevisit.identity.records import Reading
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Counter
from onevisit.licences import actions, jobs, queries
from onevisit.licences.actions import Ending
from onevisit.licences.models import Licence, Revocation
from onevisit.licences.packs import NewType
from onevisit.licences.queries import LicenceView
from onevisit.papers import signing
from onevisit.papers.models import StoredFile

from .conftest import COUNTY, HOLDER, OWNER, REGULATOR, SHOP, STRANGER, a_chief, found_city, new

UNLAWFUL = Ending("revoked", "申请时提交了虚假材料", "《中华人民共和国行政许可法》第六十九条")


def kinds(of: str) -> list[str]:
    return [event.kind for event in ledger.events(Licence.objects.get(public_id=of).stream.public_id)]


def test_a_licence_has_its_number_identifier_term_and_code(licence: LicenceView) -> None:
    assert licence.number == "3403042026000001"
    assert identifiers.identify(licence.identifier, "licence", date(2026, 3, 2)).valid
    assert licence.identifier.startswith("1.2.156.3005.2.11340300003100001A001.11340304003100002B.3403042026000001.001.")
    assert (licence.valid_from, licence.valid_to) == (date(2026, 3, 2), date(2031, 3, 1))
    assert licence.holder_masked == "张**"
    assert (licence.state, licence.state_name, licence.sample) == ("valid", "有效", True)
    assert kinds(licence.id) == ["licence.issued"]


def test_one_decision_gives_one_licence_even_if_asked_twice(city: None) -> None:
    asked = new()
    assert actions.issue(SYSTEM, asked).id == actions.issue(SYSTEM, asked).id
    assert Licence.objects.count() == 1
    assert Counter.objects.get(series__startswith="licence/").last == 1


def test_the_database_itself_refuses_a_second_licence_of_a_decision(licence: LicenceView) -> None:
    row = Licence.objects.get()
    row.pk, row.public_id, row.serial, row.identifier, row.verify_code = None, HOLDER, 2, "X", "Y"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_numbers_run_per_type_division_and_year(city: None, clock: Callable[[str], None]) -> None:
    numbers = [actions.issue(SYSTEM, new()).number for _ in range(2)]
    numbers.append(actions.issue(SYSTEM, new(division="340300000000")).number)
    clock("2026-12-31T23:59:59")
    numbers.append(actions.issue(SYSTEM, new()).number)
    clock("2027-01-01T00:00:01")
    numbers.append(actions.issue(SYSTEM, new()).number)
    assert numbers == ["3403042026000001", "3403042026000002", "3403002026000001", "3403042026000003", "3403042027000001"]


def test_a_number_that_was_not_used_is_not_lost(city: None) -> None:
    with transaction.atomic():
        actions.issue(SYSTEM, new())
        transaction.set_rollback(True)
    assert actions.issue(SYSTEM, new()).number == "3403042026000001"


def test_eight_at_once_give_one_licence_of_a_decision_and_no_gap(committed: object, clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")
    found_city()
    same = new()
    made: list[str] = []

    def issue(asked: actions.NewLicence) -> None:
        made.append(actions.issue(SYSTEM, asked).id)
        connection.close()

    threads = [threading.Thread(target=issue, args=(asked,)) for asked in [same] * 5 + [new(), new(), new()]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert sorted(Licence.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_only_who_may_issue_issues(city: None) -> None:
    for actor in (OWNER, REGULATOR):
        with pytest.raises(Denied):
            actions.issue(actor, new())
    assert actions.issue(a_chief(asked := new().case), new(case=asked)).number.endswith("000001")


def test_a_new_licence_takes_the_place_of_the_old_one(licence: LicenceView) -> None:
    again = actions.issue(SYSTEM, new(replaces=licence.id))
    assert again.number == licence.number
    assert ".002." in again.identifier
    assert queries.verify(licence.verify_code).state == "superseded"
    assert queries.verify(again.verify_code).state == "valid"
    assert kinds(licence.id) == ["licence.issued", "licence.ended"]


def test_a_type_is_defined_once_and_brought_up_to_date(city: None) -> None:
    code = queries.licence_type(SHOP.key).code
    renamed = actions.define(SYSTEM, NewType(SHOP.key, "小店登记证", "market", SHOP.fields), "340300000000")
    assert (renamed.code, renamed.name, renamed.valid_years) == (code, "小店登记证", None)
    with pytest.raises(Refused, match="没有"):
        actions.define(SYSTEM, NewType("other", "别的证", "no-such-department", ()), "340300000000")
    with pytest.raises(Hidden):
        queries.licence_type("nothing")


def test_the_file_is_made_once_sealed_and_kept(licence: LicenceView) -> None:
    first = actions.file_of(OWNER, licence.id)
    assert first == actions.file_of(OWNER, licence.id)
    assert signing.verify(first).valid
    assert StoredFile.objects.count() == 1
    assert kinds(licence.id) == ["licence.issued", "licence.filed"]


def test_the_worker_makes_the_same_file(licence: LicenceView) -> None:
    event = ledger.events(Licence.objects.get().stream.public_id)[0]
    jobs.make_file_of(event)
    jobs.make_file_of(event)
    assert StoredFile.objects.count() == 1
    assert bytes(StoredFile.objects.get().content) == actions.file_of(OWNER, licence.id)


def test_two_who_make_the_file_at_once_keep_one(licence: LicenceView) -> None:
    row = Licence.objects.get()
    jobs.keep(row, b"%PDF-first")
    jobs.keep(row, b"%PDF-second")
    assert [bytes(file.content) for file in StoredFile.objects.all()] == [b"%PDF-first"]


def test_a_strangers_licence_is_as_good_as_none(licence: LicenceView) -> None:
    for read in (queries.licence, queries.full, actions.file_of):
        with pytest.raises(Hidden):
            read(STRANGER, licence.id)
        with pytest.raises(Hidden):
            read(OWNER, HOLDER)
    assert queries.mine(STRANGER) == ()
    assert queries.of_case(STRANGER, licence.case) == ()
    assert [one.id for one in queries.mine(OWNER)] == [licence.id]


def test_an_officers_look_is_written_down_the_holders_own_is_not(licence: LicenceView) -> None:
    queries.full(OWNER, licence.id)
    actions.file_of(OWNER, licence.id)
    readings = Reading.objects.exclude(actor="system")
    assert not readings.exists()
    assert queries.full(REGULATOR, licence.id).holder_name == "张晓月（演示）"
    actions.file_of(REGULATOR, licence.id)
    assert [(one.purpose, str(one.subject)) for one in readings] == [("supervise", HOLDER)] * 2


def test_an_end_needs_two_people_and_shows_at_once(licence: LicenceView, clock: Callable[[str], None]) -> None:
    clock("2026-05-01T09:00")
    proposed = actions.propose_end(REGULATOR, licence.id, UNLAWFUL)
    assert not proposed.confirmed
    assert queries.verify(licence.verify_code).state == "valid"
    assert actions.revoke(a_chief(licence.id), licence.id).confirmed
    seen = queries.verify(licence.verify_code)
    assert (seen.state, seen.state_name, seen.ended_on) == ("revoked", "已撤销", date(2026, 5, 1))
    assert "2026年5月1日已撤销" in seen.sentence
    assert UNLAWFUL.basis in seen.sentence
    assert queries.verify(licence.verify_code, on=date(2026, 4, 30)).state == "valid"
    assert [entry["identifier"] for entry in queries.ended_list()["licences"]] == [licence.identifier]
    assert kinds(licence.id) == ["licence.issued", "licence.end_proposed", "licence.ended"]


def test_who_proposed_an_end_does_not_confirm_it(licence: LicenceView) -> None:
    chief = a_chief(licence.id)
    actions.propose_end(chief, licence.id, UNLAWFUL)
    with pytest.raises(Refused) as refused:
        actions.revoke(chief, licence.id)
    assert refused.value.code == "second-person"
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.update(confirmed_by=chief.id, confirmed_at=settings.CLOCK())


def test_an_end_is_not_confirmed_without_proposal_nor_by_others(licence: LicenceView) -> None:
    with pytest.raises(Refused, match="还没有人提出"):
        actions.revoke(a_chief(licence.id), licence.id)
    actions.propose_end(REGULATOR, licence.id, UNLAWFUL)
    with pytest.raises(Hidden):
        actions.revoke(a_chief(), licence.id)
    for actor in (OWNER, REGULATOR):
        with pytest.raises(Denied):
            actions.revoke(actor, licence.id)


@pytest.mark.parametrize("ending", [Ending("revoked", " ", "x"), Ending("revoked", "x", ""), Ending("lost", "x", "y")])
def test_an_end_without_reason_or_basis_is_refused(licence: LicenceView, ending: Ending) -> None:
    with pytest.raises(Refused):
        actions.propose_end(REGULATOR, licence.id, ending)


def test_an_ended_licence_does_not_end_again(licence: LicenceView) -> None:
    actions.propose_end(REGULATOR, licence.id, UNLAWFUL)
    with pytest.raises(Refused, match="已经有人提出"):
        actions.propose_end(REGULATOR, licence.id, UNLAWFUL)
    actions.revoke(a_chief(licence.id), licence.id)
    with pytest.raises(Refused, match="已撤销"):
        actions.revoke(a_chief(licence.id), licence.id)


def test_anybody_verifies_by_the_code_and_sees_masks(licence: LicenceView, clock: Callable[[str], None]) -> None:
    seen = queries.verify(licence.verify_code.lower().replace("-", " "))
    assert (seen.number, seen.holder, seen.type_name) == (licence.number, "张**", "小店许可证")
    clock("2031-03-01T23:59")
    assert queries.verify(licence.verify_code).state == "valid"
    clock("2031-03-02T00:00")
    assert queries.verify(licence.verify_code).state_name == "已过有效期"
    for wrong in ("", "AAAA-AAAA-AAAA-AAAA", "<script>", "\0", "A" * 10_000, licence.number):
        assert queries.verify(wrong) is None


def test_the_county_is_in_the_number(licence: LicenceView) -> None:
    assert licence.number[:6] == COUNTY[:6]
