"""A case is accepted on its legal day, taken by one officer, decided once: by a rule if it grants, else by a person."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.ground import NEAR

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions, follow, previews, queries
from onevisit.cases.actions import Ruling
from onevisit.cases.models import Decision
from onevisit.identity.models import Reading
from onevisit.licences.models import Licence

Act = Callable[..., Any]


def due(view: Any) -> tuple[str, str]:
    return tuple(moment.astimezone(settings.ZONE).isoformat()[:16] for moment in (view.due_at, view.legal_due_at))  # type: ignore[return-value]


def test_the_house_accepts_and_the_clocks_run(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    accepted = act(actions.accept, SYSTEM, view.id)
    assert (accepted.stage, accepted.accepted_at) == ("accepted", view.received_at)
    assert due(accepted) == ("2026-03-09T17:00", "2026-03-30T17:00")
    with pytest.raises(Refused, match="不能受理"):
        act(actions.accept, SYSTEM, view.id)


def test_who_has_not_the_case_in_hand_accepts_nothing(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    with pytest.raises(Hidden):
        act(actions.accept, ground.officer("acceptor"), view.id)
    with pytest.raises(Denied):
        act(actions.accept, zhang, view.id)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_legal_day_is_shanghai_s_wherever_the_server_stands(
    act: Act, zhang: Actor, clock: Callable[[str], None], timezone: Callable[[str], None], zone: str
) -> None:
    """T15."""
    timezone(zone)
    for moment, promised in (
        ("2026-03-02T23:59:59.9", "2026-03-09T17:00"),
        ("2026-03-03T00:00:00.1", "2026-03-10T17:00"),
        ("2026-03-03T07:59:59", "2026-03-10T17:00"),
    ):
        clock("2026-03-02T16:00")
        view = ground.a_filed(zhang)
        clock(moment)
        accepted = act(actions.accept, SYSTEM, view.id)
        assert ground.row(view.id).state["accepted"] == moment[:10]
        assert accepted.accepted_at == datetime.fromisoformat(moment).replace(tzinfo=settings.ZONE)
        assert due(accepted)[0] == promised


def test_what_is_accepted_at_night_counts_from_the_opening_at_which_it_is_received(
    act: Act, zhang: Actor, clock: Callable[[str], None]
) -> None:
    clock("2026-03-06T22:00")
    view = ground.a_followed(zhang)
    assert view.accepted_at == view.received_at
    assert ground.row(view.id).state["accepted"] == "2026-03-09"
    assert due(view)[0] == "2026-03-16T17:00"


def test_one_officer_takes_a_case_and_holds_it_until_the_decision(act: Act, zhang: Actor) -> None:
    view, chief, colleague = ground.a_followed(zhang), ground.officer(), ground.officer()
    act(actions.take, chief, view.id)
    with pytest.raises(Refused, match="同事已经领取"):
        act(actions.take, colleague, view.id)
    act(actions.take, chief, view.id)
    assert ground.kinds(view.id).count("step.started") == 1
    chief = ground.holding(chief)
    assert chief.holds == {view.id}
    assert queries.case(chief, view.id).id == view.id
    act(actions.decide, chief, view.id, Ruling("grant", opinion="材料齐全。"))
    assert ground.holding(chief).holds == frozenset()


def test_who_may_not_take_it(act: Act, zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    for stranger in (ground.officer(division=ground.FAR), ground.officer(department="tax")):
        with pytest.raises(Hidden):
            act(actions.take, stranger, view.id)
    for nobody in (zhang, ground.officer("editor")):
        with pytest.raises(Denied):
            act(actions.take, nobody, view.id)
    own = Actor(str(uuid4()), "officer", person=zhang.person, grants=(Grant("chief", "market", NEAR),))
    with pytest.raises(Refused, match="不能办理自己"):
        act(actions.take, own, view.id)
    filed = ground.a_filed(ground.person("lin-ruoxi"))
    with pytest.raises(Refused, match="没有要人办的环节"):
        act(actions.take, ground.officer(), filed.id)


def test_a_person_grants_and_the_licence_follows(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    decided = act(actions.decide, chief, view.id, Ruling("grant", opinion="材料齐全。"))
    assert (decided.stage, decided.outcome, decided.stage_name) == ("decided", "grant", "正在出证")
    act(follow.follow, view.id)
    done = queries.case(zhang, view.id)
    assert (done.stage, done.stage_name) == ("concluded", "已办结")
    assert Licence.objects.get().decision == Decision.objects.get().public_id
    told = queries.decision(zhang, view.id)
    assert told is not None
    assert (told.by_rule, told.opinion) == (False, "材料齐全。")
    with pytest.raises(Refused, match="不能作出决定"):
        act(actions.decide, ground.replace(chief, holds=frozenset({view.id})), view.id, Ruling("refuse", opinion="x"))


def test_a_refusal_needs_a_person_and_reasons(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang, "yes")
    for actor, opinion in ((SYSTEM, "不符合条件。"), (chief, "  ")):
        with pytest.raises(Refused, match="写明理由"):
            act(actions.decide, actor, view.id, Ruling("refuse", opinion=opinion))
    refused = act(actions.decide, chief, view.id, Ruling("refuse", opinion="摊位占用消防通道。"))
    assert (refused.stage, refused.outcome, refused.stage_name) == ("decided", "refuse", "不予办理")
    act(follow.follow, view.id)
    assert queries.case(zhang, view.id).stage == "concluded"
    marks = ground.row(view.id).state["marks"]
    assert {marks[step]["status"] for step in ("pay", "issue", "deliver")} == {"skipped"}
    assert not Licence.objects.exists()


def test_who_decides_has_the_case_in_hand_and_may_sign(act: Act, zhang: Actor) -> None:
    view, _ = ground.a_taken(zhang)
    with pytest.raises(Hidden):
        act(actions.decide, ground.officer(), view.id, Ruling("grant"))
    reviewer = Actor(str(uuid4()), "officer", grants=(Grant("reviewer", "market", NEAR),), holds=frozenset({view.id}))
    for nobody in (reviewer, zhang):
        with pytest.raises(Denied):
            act(actions.decide, nobody, view.id, Ruling("grant"))
    with pytest.raises(Refused, match="准予和不予"):
        act(actions.decide, SYSTEM, view.id, Ruling("maybe"))
    draft = ground.a_draft(zhang)
    with pytest.raises(Refused, match="办件草稿"):
        act(actions.decide, SYSTEM, draft.id, Ruling("grant"))


def a_tax_case(act: Act, who: Actor, answers: dict[str, str], values: dict[str, Any], **typed: str) -> str:
    """A filed deed tax case whose sources have answered these values, accepted and verified."""
    view = act(actions.start, who, "deed-tax", NEAR, answers)
    act(actions.save, who, view.id, {"phone": "15400000001", **typed})
    act(actions.put_fetched, who, view.id, ground.fetched(values))
    act(actions.file, who, view.id)
    act(actions.accept, SYSTEM, view.id)
    act(actions.finish, SYSTEM, view.id, "verify", {})
    return str(view.id)


BOUGHT = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}
HOME = {
    "act": "purchase", "object": "home", "contract_date": "2026-02-12", "area": "140.00", "price": "2800000.00",
    "vat": "excluded", "vat_amount": "252000.00", "vat_rate": "9", "co_owner": "none", "family_homes": 0,
}  # fmt: skip


def test_a_rule_grants_with_what_it_computed(act: Act, taxed: None) -> None:
    zhang = ground.person()
    case = a_tax_case(act, zhang, BOUGHT, HOME)
    act(follow.follow, case)
    view = queries.case(zhang, case)
    assert (view.stage, view.stage_name) == ("decided", "等您缴费")
    told = queries.decision(zhang, case)
    assert told is not None
    assert (told.by_rule, told.result["payable"], told.reasons[0]["row"]) == (True, "28000.00", told.result["row"])


@pytest.mark.parametrize("spoilt", [{"family_homes": None}, {"area": None}, {"act": "gift"}])
def test_what_is_unknown_or_contradicted_goes_to_a_person(act: Act, taxed: None, spoilt: dict[str, Any]) -> None:
    zhang = ground.person()
    case = a_tax_case(act, zhang, BOUGHT, {k: v for k, v in {**HOME, **spoilt}.items() if v is not None})
    act(follow.follow, case)
    view = queries.case(zhang, case)
    assert (view.stage, view.with_people) == ("accepted", True)
    assert queries.handed_over(zhang, case)["missing"][0] == next(iter(spoilt))
    assert not Decision.objects.exists()


def test_an_officer_settles_what_is_unknown_and_the_rule_computes(act: Act, taxed: None) -> None:
    zhou = ground.person("zhou-zihang")
    values = {"act": "inheritance", "object": "home", "contract_date": "2026-01-10", "area": "76.30", "death_date": "2026-01-10"}
    answers = {"act": "inheritance", "buyer": "person", "relation": "legatee"}
    view = act(actions.start, zhou, "deed-tax", NEAR, answers)
    ground.a_paper(zhou, view.id, "will")
    case = a_tax_case(act, zhou, answers, values, other_number="340300194112039114")
    act(follow.follow, case)
    chief = ground.officer(department="tax")
    act(actions.take, chief, case)
    chief = ground.holding(chief)
    with pytest.raises(Refused, match="写明应缴的金额"):
        act(actions.decide, chief, case, Ruling("grant", opinion="属实。"))
    with pytest.raises(Refused, match="没有“nonsense”这一项"):
        act(actions.settle_facts, chief, case, {"nonsense": 1})
    act(actions.settle_facts, chief, case, {"assessed": "800000.00", "relation": "legatee"})
    assert ground.kinds(case)[-1] == "facts.settled"
    assert Reading.objects.filter(actor=chief.id, purpose="handle").exists()
    said = previews.proposal(chief, case)
    assert said is not None
    assert (said.outcome, said.result["payable"]) == ("grant", "24000.00")
    act(actions.decide, chief, case, Ruling("grant", said.reasons, said.result, opinion="遗嘱属实。"))
    with pytest.raises(Refused, match="不能再核定"):
        act(actions.settle_facts, ground.replace(chief, holds=frozenset({case})), case, {"assessed": "1.00"})
    with pytest.raises(Hidden):
        act(actions.settle_facts, ground.officer(department="tax"), case, {"assessed": "1.00"})


def test_a_grant_that_names_no_amount_is_refused_to_the_house_too(act: Act, taxed: None) -> None:
    case = a_tax_case(act, ground.person(), BOUGHT, HOME)
    for result in ({}, {"payable": "NaN"}, {"payable": "-1"}):
        with pytest.raises(Refused, match="应缴的金额"):
            act(actions.decide, SYSTEM, case, Ruling("grant", result=result))
