"""A case is handled as its division offers the item: its shorter promise in clock, receipt and guide, its values in the rule."""

from dataclasses import replace
from datetime import date

import pytest
from tests.cases import ground
from tests.cases.ground import NEAR

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, documents, follow, invariants, previews
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import guide, packs
from onevisit.catalogue import queries as offered
from onevisit.city.models import DepartmentOffice, Division
from onevisit.core.definition import LegalBasis, Limits
from onevisit.core.offers import Offer, ParameterValue
from onevisit.core.tables import Fact
from onevisit.rules import actions as rules
from onevisit.settings import PACKS
from onevisit.sharing import actions as sharing

LAW = (LegalBasis("近山县高龄津贴办法", "第三条"),)


def promised(case: str) -> str:
    due = ground.row(case).due_at
    assert due is not None
    return due.strftime("%m-%d")


def test_the_offer_s_promise_is_the_case_s(city: None, zhang: Actor) -> None:
    item = catalogue.offer(SYSTEM, "stall", NEAR, Offer("stall", "county", NEAR, limits=(Limits(promised=2),)))
    case = ground.a_followed(zhang).id
    assert ground.row(case).offer["limits"] == [{"promised": 2, "when": {}}]
    assert promised(case) == "03-04"
    assert {one.name: one.text for one in guide.guide(item, {"food": "no"}).limits}["承诺时限"] == "2个工作日"
    receipt = documents.receipt(ground.row(case))
    assert "2个工作日" in receipt.limits
    assert receipt.due_on == date(2026, 3, 4)
    assert list(invariants.wrong_clocks()) == []


def test_a_case_keeps_the_offer_under_which_it_was_begun(city: None, zhang: Actor) -> None:
    catalogue.offer(SYSTEM, "stall", NEAR, Offer("stall", "county", NEAR, limits=(Limits(promised=2),)))
    draft = ground.a_draft(zhang).id
    catalogue.offer(SYSTEM, "stall", NEAR, Offer("stall", "county", NEAR, limits=(Limits(promised=1),)))
    actions.file(zhang, draft)
    follow.follow(draft)
    assert promised(draft) == "03-04"
    assert list(invariants.wrong_clocks()) == []


def test_a_promise_that_is_not_the_offer_s_is_found(city: None, zhang: Actor) -> None:
    case = ground.row(ground.a_followed(zhang).id)
    assert list(invariants.wrong_clocks()) == []
    case.offer = {"parameters": {}, "limits": [{"promised": 2, "when": {}}]}
    case.save(update_fields=["offer"])
    assert list(invariants.wrong_clocks()) == [str(case.public_id)]


@pytest.fixture
def allowance(city: None) -> None:
    """The near county gives an allowance from eighty on."""
    place = Division.objects.get(code=NEAR)
    DepartmentOffice.objects.create(
        department_id="civil-affairs", division=place, name="近山县民政局（示例）", credit_code="11349901DM0000908E", demo=True
    )
    pack = packs.load(PACKS / "senior-allowance")
    sharing.load_pack(SYSTEM, pack)
    rules.load_pack(SYSTEM, pack)
    catalogue.publish_pack(SYSTEM, replace(pack, offers=()))
    told = {"age_from": "80", "sum_from": "50.00", "sum_90": "100.00", "sum_100": "500.00"}
    values = tuple(ParameterValue(name, value, LAW) for name, value in told.items())
    catalogue.offer(SYSTEM, "old-age-allowance", NEAR, Offer("old-age-allowance", "county", NEAR, parameters=values))


def an_applicant(who: Actor, number: str, division: str = "349901100001", **more: str) -> str:
    """A draft of the allowance with what the registers said; its id."""
    case = actions.start(who, "old-age-allowance", NEAR, {"who": "self", "account": "bank"}).id
    told = {"citizen_number": number, "household_state": "registered", "household_division": division, **more}
    fields = {one.id: one for one in offered.item("old-age-allowance", NEAR).definition.form}
    found = {
        name: {"value": value, "source": fields[name].source, "at": "2026-03-02T10:00:00+08:00"} for name, value in told.items()
    }
    actions.put_fetched(who, case, found)
    return case


def test_the_rule_is_told_what_the_division_has_set(allowance: None, zhang: Actor) -> None:
    said = previews.proposal(zhang, an_applicant(zhang, "340300193411119478"))
    assert said is not None
    assert (said.outcome, said.result["monthly"]) == ("grant", "100.00")
    assert [one["basis"] for one in said.reasons] == [
        "老年人权益保障法第三十三条；《近山县高龄津贴办法》第三条",
        "《近山县高龄津贴办法》第三条",
    ]
    assert said.facts["age_from"] == Fact("80", True, "offer", basis="《近山县高龄津贴办法》第三条")
    assert said.facts["division"].value == NEAR


def test_who_is_not_old_enough_or_not_from_here_is_for_people(allowance: None, zhang: Actor) -> None:
    young = previews.proposal(zhang, an_applicant(zhang, "34030019771001931X"))
    assert young is not None
    assert (young.outcome, [one["row"] for one in young.reasons]) == ("human", ["N4"])
    away = previews.proposal(zhang, an_applicant(zhang, "340300193411119478", "349902100001"))
    assert away is not None
    assert (away.outcome, away.missing) == ("human", ("household_division",))


def test_nobody_sets_a_parameter_by_typing(allowance: None, zhang: Actor) -> None:
    said = previews.proposal(zhang, an_applicant(zhang, "340300193411119478"), {"sum_90": "2999.00"})
    assert said is not None
    assert said.result["monthly"] == "100.00"
