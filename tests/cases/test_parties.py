"""Several who apply together: seated by their numbers, each confirming from his own account, seeing what concerns all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from tests.cases import ground, two
from tests.cases.ground import NEAR, kinds
from tests.cases.parties import at_window, granted, heard, holder_name, inbox, moment, party, taken

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions, documents, jobs, queries
from onevisit.cases.models import Case
from onevisit.identity import queries as people
from onevisit.identity.models import Person
from onevisit.licences.models import Licence
from onevisit.notices import queries as notices
from onevisit.payments.models import Bill

Act = Callable[..., Any]
Clock = Callable[[str], None]


@pytest.fixture
def offered(city: None, tmp_path: Path) -> None:
    """The sale of boats is offered."""
    two.offer(tmp_path)


@pytest.fixture
def taker(offered: None) -> Actor:
    """Who buys."""
    return ground.person(two.TAKER)


@pytest.fixture
def giver(offered: None) -> Actor:
    """Who sells."""
    return ground.person(two.GIVER)


@pytest.fixture
def other(offered: None) -> Actor:
    """Who buys too, or has nothing to do with it."""
    return ground.person(two.OTHER)


def test_both_have_their_seats_when_one_has_filed(act: Act, taker: Actor, giver: Actor) -> None:
    view = act(actions.file, taker, two.a_draft(taker).id)
    assert (party(view.id, "taker").who, party(view.id, "giver").who) == (
        Person.objects.get(public_id=taker.person).public_id,
        Person.objects.get(public_id=giver.person).public_id,
    )
    assert ground.row(view.id).jointly == [giver.person]
    assert "party.invited" in kinds(view.id)
    seen = queries.parties(giver, view.id)
    assert [(one.role_name, one.name, one.known, bool(one.confirmed_at)) for one in seen] == [
        ("买方", "林**", True, True),
        ("卖方", "陈**", True, False),
    ]


def test_the_other_party_finds_the_case_and_is_asked(taker: Actor, giver: Actor, other: Actor) -> None:
    view = two.a_filed(taker)
    assert [(one.id, one.stage_name) for one in queries.mine(giver)] == [(view.id, "等您确认")]
    assert [one.stage_name for one in queries.mine(taker)] == ["等对方确认"]
    assert queries.mine(other) == ()
    [his] = queries.turns(giver, view.id)
    assert (his.step, his.mine, his.others) == ("confirm", True, ())
    [hers] = queries.turns(taker, view.id)
    assert (hers.mine, [one.role_name for one in hers.others]) == (False, ["卖方"])
    rail = {step.id: (step.whose, step.turn) for step in queries.rail(taker, view.id)}
    assert (rail["submit"], rail["confirm"], rail["identity"]) == (("您", ""), ("卖方", "卖方"), ("您和卖方", ""))


def test_the_clock_begins_with_the_last_confirmation(act: Act, clock: Clock, taker: Actor, giver: Actor) -> None:
    """Filed two days before, confirmed on Monday: by hand 2026-03-09 17:00; by law, without holidays here, 2026-04-13 17:00."""
    clock("2026-02-28T09:30")
    view = two.a_filed(taker)
    assert ground.row(view.id).notice_due_at is None
    clock("2026-03-02T10:15")
    act(actions.confirm, giver, view.id, "confirm")
    assert ground.row(view.id).notice_due_at is None
    act(actions.confirm, giver, view.id, "identity")
    act(actions.confirm, taker, view.id, "identity")
    row = ground.row(view.id)
    assert (row.received_at, row.notice_due_at) == (moment("2026-03-02T10:15"), moment("2026-03-02T17:00"))
    accepted = act(actions.accept, ground.holding(taken(view.id)), view.id)
    assert (accepted.due_at, accepted.legal_due_at) == (moment("2026-03-09T17:00"), moment("2026-04-13T17:00"))


def test_confirmed_after_closing_it_counts_from_the_next_opening(clock: Clock, taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    clock("2026-03-04T20:33")
    two.agreed(view.id, giver, taker)
    assert ground.row(view.id).received_at == moment("2026-03-05T09:00")


def test_each_confirms_for_himself_and_once(act: Act, taker: Actor, giver: Actor, other: Actor) -> None:
    view = two.a_filed(taker)
    with pytest.raises(Refused, match="不是由您"):
        act(actions.confirm, taker, view.id, "confirm")
    with pytest.raises(Hidden):
        act(actions.confirm, other, view.id, "confirm")
    with pytest.raises(Refused, match="没有要您确认的"):
        act(actions.confirm, giver, view.id, "identity")
    act(actions.confirm, giver, view.id, "confirm")
    with pytest.raises(Refused, match="先验证"):
        act(actions.confirm, replace(giver, fresh=False), view.id, "identity")
    for _ in range(2):
        act(actions.confirm, giver, view.id, "identity")
    assert kinds(view.id).count("party.confirmed") == 2
    assert [turn.mine for turn in queries.turns(giver, view.id)] == [False]
    assert [turn.mine for turn in queries.turns(taker, view.id)] == [True]


def test_a_party_sees_what_concerns_both_and_nothing_else(taker: Actor, giver: Actor, other: Actor) -> None:
    view = two.a_filed(taker)
    seen = queries.common(giver, view.id)
    assert set(seen.values) == {"boat", "price", "giver_number", "giver_name", "giver_phone"}
    assert seen.answers == {"more": "one"}
    with pytest.raises(Hidden):
        queries.contents(giver, view.id)
    for look in (queries.common, queries.case, queries.turns, queries.parties):
        with pytest.raises(Hidden):
            look(other, view.id)
    assert [line.case for line in people.readings_of(taker) if line.role == "申请人本人"] == [view.id]


@pytest.mark.parametrize("do", [
    lambda one, case: actions.save(one, case, {"boat": "别的船"}),
    lambda one, case: actions.correct(one, case),
    lambda one, case: actions.mend(one, case, {"boat": "别的船"}),
    lambda one, case: actions.file(one, case),
    lambda one, case: actions.attach(one, case, "x", str(uuid4()), "图.jpg"),
    lambda one, case: actions.detach(one, case, str(uuid4())),
], ids=["save", "correct", "mend", "file", "attach", "detach"])  # fmt: skip
def test_a_party_changes_nothing_of_the_other_s(taker: Actor, giver: Actor, do: Callable[[Actor, str], Any]) -> None:
    view = two.a_filed(taker)
    with pytest.raises((Hidden, Denied)):
        do(giver, view.id)


def test_who_acts_for_a_party_confirms_for_him(act: Act, taker: Actor, giver: Actor, other: Actor) -> None:
    view = two.a_filed(taker)
    with pytest.raises(Hidden):
        actions.confirm(other, view.id, "confirm")
    for_him = replace(other, on_behalf_of=giver.person, grants=(Grant("representative"),))
    assert [one.id for one in queries.mine(for_him)] == [view.id]
    act(actions.confirm, for_him, view.id, "confirm")
    assert party(view.id, "giver").confirmed_at == settings.CLOCK()
    elsewhere = replace(for_him, grants=(Grant("representative", items=frozenset({"stall"})),))
    with pytest.raises(Hidden):
        actions.confirm(elsewhere, view.id, "identity")


def test_a_party_that_does_not_agree_says_why_and_may_still_confirm(act: Act, taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    with pytest.raises(Refused, match="为什么不同意"):
        act(actions.disagree, giver, view.id, "confirm", "　")
    with pytest.raises(Refused, match="不是由您"):
        act(actions.disagree, taker, view.id, "confirm", "不想买了")
    act(actions.disagree, giver, view.id, "confirm", "价格不对，说好六千元。")
    assert [one.objection for one in queries.parties(taker, view.id)] == ["", "价格不对，说好六千元。"]
    assert ground.row(view.id).stage == "received"
    act(actions.confirm, giver, view.id, "confirm")
    assert [one.objection for one in queries.parties(taker, view.id)] == ["", ""]


def test_either_party_withdraws_until_the_decision(act: Act, taker: Actor, giver: Actor, other: Actor) -> None:
    view = two.a_filed(taker)
    with pytest.raises(Hidden):
        actions.withdraw(other, view.id)
    act(actions.withdraw, giver, view.id)
    row = ground.row(view.id)
    assert row.stage == "withdrawn"
    assert row.stream.events.get(kind="case.withdrawn").data == {"by": giver.person}


def test_the_same_person_can_not_be_both(taker: Actor) -> None:
    draft = two.a_draft(taker)
    actions.save(taker, draft.id, {"giver_number": two.who(two.TAKER).number})
    with pytest.raises(actions.Invalid) as refused:
        actions.file(taker, draft.id)
    assert [(one.field, one.message) for one in refused.value.faults] == [
        ("giver_number", "卖方不能是申请人自己，也不能写两遍。")
    ]


@pytest.mark.parametrize("number", ["12345", "皖A12345", "340300"])
def test_a_number_that_is_none_is_said_at_filing(taker: Actor, number: str) -> None:
    draft = two.a_draft(taker, giver_number=number)
    with pytest.raises(actions.Invalid) as refused:
        actions.file(taker, draft.id)
    assert [one.message for one in refused.value.faults] == ["卖方的证件号码不对，请核对后再提交。"]


def test_a_stranger_s_number_waits_for_whoever_has_it(act: Act, taker: Actor, other: Actor) -> None:
    """Nobody with this number is known yet: he joins when he comes; for everybody else the address does not exist."""
    view = two.a_filed(taker)
    seat = party(view.id, "giver")
    assert (seat.who, ground.row(view.id).jointly) == (None, [])
    assert [(one.known, one.name) for one in queries.parties(taker, view.id)] == [(True, "林**"), (False, "陈**")]
    for stranger in (other, taker, SYSTEM, ground.officer("acceptor")):
        with pytest.raises(Hidden):
            queries.invitation(stranger, str(seat.public_id))
        with pytest.raises(Hidden):
            actions.join(stranger, str(seat.public_id))
    his = ground.person(two.GIVER)
    with pytest.raises(Hidden):
        queries.case(his, view.id)
    assert queries.invitation(his, str(seat.public_id)) == (view.id, "小船过户登记", False)
    assert act(actions.join, his, str(seat.public_id)) == view.id == actions.join(his, str(seat.public_id))
    assert kinds(view.id).count("party.joined") == 1
    assert [turn.mine for turn in queries.turns(his, view.id)] == [True]


def test_a_firm_is_a_party_by_its_code(act: Act, taker: Actor) -> None:
    firm = ground.firm()
    draft = two.a_draft(taker, giver_number=two.who("wang-zhiyuan").credit_code, giver_name="蚌埠示例商贸有限公司")
    view = act(actions.file, taker, draft.id)
    assert ground.row(view.id).jointly == [firm.organisation]
    assert [one.name for one in queries.parties(taker, view.id)] == ["林**", "蚌埠示例商贸有限公司"]
    act(actions.confirm, firm, view.id, "confirm")
    act(actions.confirm, firm, view.id, "identity")


def test_who_buys_together_applies_together(act: Act, taker: Actor, giver: Actor, other: Actor) -> None:
    """The buyers' step waits for the last buyer, and only then is it the seller's turn."""
    view = act(actions.file, taker, two.a_draft(taker, two.OTHER).id)
    assert {step.id: step.status for step in queries.rail(taker, view.id)}["submit"] == "ready"
    assert [(turn.step, turn.mine) for turn in queries.turns(other, view.id)] == [("submit", True)]
    assert [turn.mine for turn in queries.turns(giver, view.id)] == [False]
    assert set(queries.common(other, view.id).values) == {"boat", "price"}
    act(actions.confirm, other, view.id, "submit")
    assert [(turn.step, turn.mine) for turn in queries.turns(giver, view.id)] == [("confirm", True)]
    act(actions.confirm, giver, view.id, "confirm")
    for one in (taker, giver):
        act(actions.confirm, one, view.id, "identity")
    assert ground.row(view.id).notice_due_at is None
    act(actions.confirm, other, view.id, "identity")
    assert ground.row(view.id).notice_due_at == moment("2026-03-02T17:00")


def test_nobody_buys_twice(taker: Actor) -> None:
    draft = two.a_draft(taker, two.TAKER, two.GIVER)
    with pytest.raises(actions.Invalid) as refused:
        actions.file(taker, draft.id)
    assert {one.field for one in refused.value.faults} == {"with_him"} | {"giver_number"} or len(refused.value.faults) == 2


def test_what_nobody_confirms_lapses_after_thirty_days(act: Act, clock: Clock, taker: Actor, giver: Actor) -> None:
    waits, goes_on = two.a_filed(taker).id, ""
    clock("2026-03-31T10:00")
    goes_on = two.a_filed(taker).id
    jobs.lapses(0)
    assert ground.row(waits).stage == "received"
    clock("2026-04-01T10:00")
    jobs.lapses(0)
    assert (ground.row(waits).stage, ground.row(goes_on).stage) == ("lapsed", "received")
    assert ground.row(waits).stream.events.get(kind="case.lapsed").data == {"reason": "party"}
    with pytest.raises(Refused, match="没有要您确认的"):
        act(actions.confirm, giver, waits, "confirm")


def test_only_the_buyer_pays(taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    granted(view.id, giver, taker)
    assert str(Bill.objects.get(case=view.id).payer) == taker.person
    assert queries.case(taker, view.id).stage_name == "等您缴费"
    assert queries.case(giver, view.id).stage_name == "等对方缴费"


def test_the_licence_is_the_buyers_whoever_filed(taker: Actor, giver: Actor, other: Actor, tmp_path: Path) -> None:
    """Here the seller files; the certificate names all buyers."""
    text = two.BOAT.replace('by: "applicant:taker", does: submit', 'by: "applicant:giver", does: submit')
    text = text.replace('confirm, name: 卖方确认, by: "applicant:giver"', 'confirm, name: 买方确认, by: "applicant:taker"')
    for part in ("number", "name", "phone"):
        text = text.replace(f"same_as: giver.{part}", f"same_as: taker.{part}")
    text = text.replace('  - {id: pay, by: "applicant:taker", does: pay, needs: [accept], at: [online, hall]}\n', "")
    text = text.replace("needs: [decide, pay]", "needs: [decide]").replace(
        'fees: [{name: 登记费, amount: "80.00", basis: [{law: 示例船舶条例, article: 第六条}]}]\n', ""
    )
    two.offer(tmp_path / "other", text)
    draft = actions.start(giver, "boat-sale", NEAR, {"more": "many"})
    actions.save(giver, draft.id, two.typed(two.TAKER, two.OTHER))
    view = actions.file(giver, draft.id)
    granted(view.id, giver, taker, other)
    made = Licence.objects.get(case=view.id)
    assert (str(made.holder), Case.objects.get(public_id=view.id).stage) == (taker.person, "concluded")
    assert made.holder_name.mask() == "林**"
    assert holder_name(made) == "林若溪、周子航"


def test_together_at_the_window(act: Act, taker: Actor, giver: Actor) -> None:
    draft = two.a_draft(taker)
    act(actions.receive, at_window(draft.id), draft.id)
    with pytest.raises(Refused, match="不是由您"):
        act(actions.confirm, at_window(draft.id), draft.id, "confirm", taker.person)
    act(actions.confirm, at_window(draft.id), draft.id, "confirm", giver.person)
    for one in (taker, giver):
        act(actions.confirm, at_window(draft.id), draft.id, "identity", one.person)
    assert queries.turns(taker, draft.id) == ()


def test_at_the_window_the_card_says_who_the_seller_is(act: Act, taker: Actor, giver: Actor, other: Actor) -> None:
    draft = two.a_draft(taker)
    actions.save(taker, draft.id, {"giver_number": ""})
    act(actions.receive, at_window(draft.id), draft.id)
    with pytest.raises(Refused, match="已经是"):
        act(actions.confirm, at_window(draft.id), draft.id, "confirm", taker.person)
    act(actions.confirm, at_window(draft.id), draft.id, "confirm", giver.person)
    assert ground.row(draft.id).jointly == [giver.person]


def test_nobody_handles_what_he_sells(act: Act, taker: Actor, giver: Actor) -> None:
    draft = two.a_draft(taker)
    with pytest.raises(Refused, match="自己"):
        act(actions.receive, at_window(draft.id, giver.person), draft.id)


def test_everybody_is_told_what_is_asked_of_him_once(clock: Clock, taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    heard()
    assert inbox(giver) == ["请您核对并确认：小船过户登记"]
    assert notices.inbox(giver)[0].body == "请在4月1日前办。过期没有办的，这件事失效。"
    clock("2026-03-10T09:17")
    jobs.reminders(0)
    jobs.reminders(0)
    assert notices.inbox(giver)[0].body == "还没有收到您的确认，请在4月1日前办。过期没有办的，这件事失效。"
    assert len(inbox(giver)) == 2
    actions.confirm(giver, view.id, "confirm")
    heard()
    asked = {"您的小船过户登记已收到", "卖方已确认小船过户登记", "请您核验身份：小船过户登记"}
    assert (len(inbox(taker)), set(inbox(taker))) == (3, asked)
    assert inbox(giver)[-1] == "请您核验身份：小船过户登记"


def test_who_filed_is_told_of_an_objection_without_its_words(taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    actions.disagree(giver, view.id, "confirm", "价格不对。")
    heard()
    [said] = [one for one in notices.inbox(taker) if "不同意" in one.title]
    assert said.title == "卖方不同意小船过户登记"
    assert "价格" not in said.body


def test_both_are_told_of_the_withdrawal_and_of_the_decision(taker: Actor, giver: Actor) -> None:
    view = two.a_filed(taker)
    actions.withdraw(giver, view.id)
    heard()
    assert [one.body[:6] for one in notices.inbox(giver) if one.kind == "withdrawn"] == ["这件事已按您"]
    assert [one.body[:6] for one in notices.inbox(taker) if one.kind == "withdrawn"] == ["对方撤回了申"]
    over = two.a_filed(taker)
    granted(over.id, giver, taker)
    heard()
    for one in (taker, giver):
        made = queries.decision(one, over.id)
        assert made is not None
        assert made.opinion == "可以登记。"
        assert {"accepted", "decision"} <= {said.kind for said in notices.of_case(one, over.id)}
        assert documents.paper(one, over.id, "decision")
    assert "payment" not in {said.kind for said in notices.of_case(giver, over.id)}


def test_a_lapse_is_told_to_both(clock: Clock, taker: Actor, giver: Actor) -> None:
    two.a_filed(taker)
    clock("2026-04-01T10:00")
    jobs.lapses(0)
    heard()
    assert (inbox(giver)[-1], inbox(taker)[-1]) == ("小船过户登记已失效", "小船过户登记已失效")
