"""An inquiry is made for a case, an item, a datum and a purpose, or not at all; its answer is kept and used while fresh."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from tests.sharing.asking import ITEM, Province, applicant, number

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.catalogue import packs
from onevisit.identity import queries as identity
from onevisit.identity.models import Consent, Reading
from onevisit.identity.personal import Closed, purpose
from onevisit.ledger import suite
from onevisit.settings import PACKS
from onevisit.sharing import actions, connectors, queries
from onevisit.sharing.models import Inquiry, SharedResource, Whitelist


def test_an_answer_is_kept_with_source_time_signature_and_digest(province: Province) -> None:
    ask = province.ask()
    got = actions.inquire(SYSTEM, ask)
    assert got.state == "answered"
    assert (got.values["price"], got.values["area"]) == ("2800000.00", "140.00")
    assert got.source_name == "住房和城乡建设局（演示数据）"
    assert (got.failure, got.waiting_for) == ("", "")
    row = Inquiry.objects.get(public_id=got.inquiry_id)
    assert (str(row.case), row.item, str(row.subject), row.purpose) == (ask.case, ITEM, ask.subject, "handle")
    assert row.basis[0]["law"]
    assert set(row.signature) == {"x-ov-key", "x-ov-time", "x-ov-digest", "x-ov-signature"}
    with purpose(SYSTEM, "handle", subject=ask.subject, case=ask.case):
        kept = row.answer.reveal()
    assert json.loads(kept["body"])["values"] == got.values
    assert suite.digest(bytes.fromhex(kept["salt"]) + kept["body"].encode()) == bytes(row.digest)


def test_only_what_the_item_may_know_is_asked_and_kept(province: Province) -> None:
    resource = SharedResource.objects.get(word="housing.contract")
    Whitelist.objects.filter(resource=resource).exclude(datum="area").delete()
    assert province.inquire().values == {"area": "140.00"}


def test_nothing_is_asked_without_case_purpose_or_whitelist(province: Province) -> None:
    for lacking in ({"case": ""}, {"purpose": ""}, {"subject": ""}, {"item_key": "another-item"}):
        with pytest.raises(Denied):
            province.inquire(**lacking)
    with pytest.raises(Hidden):
        province.inquire("no.such.resource")
    assert not Inquiry.objects.exists()


def test_officers_ask_for_the_case_they_hold_and_applicants_about_themselves(province: Province) -> None:
    ask = province.ask()
    zhang, lin = province.people["zhang-xiaoyue"], province.people["lin-ruoxi"]
    window = Actor(str(uuid4()), "officer", grants=(Grant("window"),))
    with pytest.raises(Hidden):
        actions.inquire(window, ask)
    holding = Actor(window.id, "officer", grants=window.grants, holds=frozenset({ask.case}))
    assert actions.inquire(holding, ask).state == "answered"
    with pytest.raises(Hidden):
        actions.inquire(applicant(lin), ask)
    assert actions.inquire(applicant(zhang), ask).state == "answered"
    with pytest.raises(Denied):
        actions.inquire(Actor(str(uuid4()), "officer", grants=(Grant("editor"),)), ask)
    assert {reading.actor for reading in Reading.objects.all()} == {window.id}


def test_an_officer_has_a_quota(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "QUOTA", 1)
    first, second = province.ask(), province.ask()
    officer = Actor(str(uuid4()), "officer", grants=(Grant("reviewer"),), holds=frozenset({first.case, second.case}))
    actions.inquire(officer, first)
    with pytest.raises(Refused, match="到上限"):
        actions.inquire(officer, second)


def test_a_fresh_answer_is_used_again_and_a_stale_one_is_not(province: Province, clock: Callable[[str], None]) -> None:
    ask = province.ask()
    clock("2026-03-02T10:00")
    first = actions.inquire(SYSTEM, ask)
    province.set(mode="down")
    clock("2026-03-02T10:59")
    assert actions.inquire(SYSTEM, ask) == first
    assert actions.inquire(SYSTEM, province.ask(case=str(uuid4()))).state == "down"
    clock("2026-03-02T11:01")
    assert actions.inquire(SYSTEM, ask).state == "down"


def test_other_params_are_another_question(province: Province) -> None:
    ask = province.ask("civil.kinship", "lin-ruoxi", params={"other_number": number("chen-siyuan"), "relation": "spouse"})
    assert actions.inquire(SYSTEM, ask).values == {"relation": "spouse"}
    other = actions.Ask(**{**vars(ask), "params": {**ask.params, "other_number": number("zhou-zihang")}})
    nothing = actions.inquire(SYSTEM, other)
    assert (nothing.state, nothing.values, nothing.waiting_for) == ("empty", {}, "")
    assert Inquiry.objects.count() == 2


def test_params_that_are_not_known_yet_and_the_wrong_kind_of_subject_ask_nobody(province: Province) -> None:
    early = province.inquire("civil.kinship", "lin-ruoxi", params={"other_number": "", "relation": "spouse"})
    assert (early.state, early.failure) == ("empty", "params-missing")
    assert province.inquire("market.enterprise", "zhang-xiaoyue").failure == "other-subject"
    assert province.inquire("market.enterprise", "firm").values["credit_code"] == "91340300DEM000014P"
    assert Inquiry.objects.count() == 1


def test_a_source_that_is_down_is_named_and_tried_again_ever_later(province: Province) -> None:
    ask = province.ask()
    province.set(mode="down")
    pauses = []
    for _ in range(3):
        got = actions.inquire(SYSTEM, ask)
        assert (got.state, got.waiting_for) == ("down", "住房和城乡建设局（不动产转移合同和登记受理信息）")
        assert got.next_try_at is not None
        pauses.append(got.next_try_at - got.at)
    assert [round(pause.total_seconds()) for pause in pauses] == [5, 10, 20]
    province.set(mode="normal")
    assert actions.inquire(SYSTEM, ask).state == "answered"
    assert [row.tries for row in Inquiry.objects.order_by("pk")] == [1, 2, 3, 4]


def test_nobody_is_asked_when_there_is_no_time_left(province: Province) -> None:
    got = province.inquire(timeout=0.0)
    assert (got.state, got.failure) == ("down", "no-time")
    assert got.waiting_for
    assert not Inquiry.objects.exists()


def test_an_inquiry_inside_a_transaction_is_a_mistake_of_the_caller(province: Province) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        province.inquire()


def test_consent_is_needed_where_the_ground_is_consent(province: Province, clock: Callable[[str], None]) -> None:
    Whitelist.objects.filter(resource__word="civil.marriage").update(ground="separate", basis=[])
    with pytest.raises(Refused, match="本人同意"):
        province.inquire("civil.marriage", "lin-ruoxi")
    assert not Inquiry.objects.exists()
    lin = province.people["lin-ruoxi"]
    for datum, separate in (("status", False), ("spouse_name", True)):
        _consent(lin, datum, separate)
    with pytest.raises(Refused, match="本人同意"):
        province.inquire("civil.marriage", "lin-ruoxi")
    Consent.objects.filter(separate=False).update(separate=True)
    got = province.inquire("civil.marriage", "lin-ruoxi")
    assert got.values == {"status": "married", "spouse_name": "陈思远"}
    assert len(Inquiry.objects.get().consents) == 2


def _consent(subject: str, datum: str, separate: bool) -> None:
    Consent.objects.create(
        subject=subject, account="a", item=ITEM, datum=f"civil.marriage.{datum}", separate=separate, text_version="1",
        via="portal", given_at=settings.CLOCK() - timedelta(seconds=1),
    )  # fmt: skip


def test_loading_a_pack_again_changes_nothing(province: Province) -> None:
    before = list(Whitelist.objects.order_by("pk").values())
    assert len(before) > 20
    actions.load_pack(SYSTEM, packs.load(PACKS / ITEM))
    assert list(Whitelist.objects.order_by("pk").values()) == before


def test_a_wish_given_up_is_stopped_not_forgotten(province: Province) -> None:
    before = Whitelist.objects.count()
    wishes = [
        connectors.Wish(ITEM, "housing.contract", ("area",), ({"law": "契税法", "article": "第九条", "text": ""},)),
        connectors.Wish(ITEM, "police.person", ("name",), ()),
    ]
    actions.allow(SYSTEM, ITEM, wishes)
    in_force = Whitelist.objects.filter(stopped_at=None).order_by("datum").values_list("datum", flat=True)
    assert list(in_force) == ["area", "name"]
    assert Whitelist.objects.count() >= before
    with pytest.raises(Denied):
        actions.allow(applicant(province.people["lin-ruoxi"]), ITEM, wishes)
    with pytest.raises(Denied):
        province.inquire("civil.marriage", "lin-ruoxi")


def test_a_person_sees_what_was_asked_about_him_and_nobody_else_does(province: Province) -> None:
    ask = province.ask()
    actions.inquire(SYSTEM, ask)
    seen = queries.of_case(applicant(ask.subject), ask.case)
    assert [(one.resource_name, one.state) for one in seen] == [("不动产转移合同和登记受理信息", "answered")]
    assert "建筑面积" in seen[0].data
    with pytest.raises(Hidden):
        queries.of_case(applicant(province.people["lin-ruoxi"]), ask.case)
    latest = queries.latest(SYSTEM, ask.case, "housing.contract")
    assert latest is not None
    assert (latest.state, latest.values) == ("answered", {})
    assert queries.latest(SYSTEM, ask.case, "tax.invoice") is None


def test_values_lie_sealed_with_the_key_of_the_case(province: Province) -> None:
    got = province.inquire("police.person")
    row = Inquiry.objects.get(public_id=got.inquiry_id)
    assert row.owner_key == row.case
    with pytest.raises(Closed):
        row.answer.reveal()
    assert number("zhang-xiaoyue") == got.values["number"]
    assert identity.person_with(got.values["number"]) == str(row.subject)
