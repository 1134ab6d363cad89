"""A fetched value that the applicant disputes proves nothing, is not settled by asking again, and can be let stand after all."""

from typing import Any

import pytest
from tests.cases import ground

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, facts, previews, queries
from onevisit.cases.actions.objections import LONGEST

HOME = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}
KNOWN = {
    "act": "purchase", "object": "home", "area": "140.00", "price": "2800000.00", "contract_date": "2026-02-12",
    "vat": "excluded", "co_owner": "none", "family_homes": 0,
}  # fmt: skip


@pytest.fixture
def zhang(taxed: None) -> Actor:
    """A person who buys a home in a city that takes the deed tax."""
    return ground.person()


@pytest.fixture
def draft(zhang: Actor) -> str:
    """A draft whose values the sources have given."""
    case = actions.start(zhang, "deed-tax", ground.NEAR, HOME).id
    actions.put_fetched(zhang, case, ground.fetched(KNOWN))
    return case


def value(actor: Actor, case: str, field: str = "family_homes") -> dict[str, Any]:
    return dict(queries.contents(actor, case).values[field])


def test_a_disputed_value_is_marked_with_its_reason_and_proves_nothing(zhang: Actor, draft: str) -> None:
    assert previews.proposal(zhang, draft).outcome == "grant"  # type: ignore[union-attr]
    actions.dispute(zhang, draft, "family_homes", " 已经卖了。 ")
    kept = value(zhang, draft)
    assert (kept["disputed"], kept["objection"], kept["value"]) == (True, "已经卖了。", 0)
    assert not facts.facts({}, {"family_homes": kept}, {})["family_homes"].proved
    said = previews.proposal(zhang, draft)
    assert said is not None
    assert (said.outcome, "family_homes" in said.missing) == ("human", True)


def test_asking_the_sources_again_does_not_settle_it(zhang: Actor, draft: str) -> None:
    actions.dispute(zhang, draft, "family_homes", "已经卖了。")
    actions.put_fetched(zhang, draft, ground.fetched({"family_homes": 1, "area": "140.00"}))
    assert value(zhang, draft).items() >= {"value": 1, "disputed": True, "objection": "已经卖了。"}.items()
    assert "disputed" not in value(zhang, draft, "area")


def test_an_objection_is_taken_back_by_an_empty_one(zhang: Actor, draft: str) -> None:
    before = value(zhang, draft)
    actions.dispute(zhang, draft, "family_homes", "已经卖了。")
    actions.dispute(zhang, draft, "family_homes", "  ")
    assert value(zhang, draft) == before
    assert previews.proposal(zhang, draft).outcome == "grant"  # type: ignore[union-attr]


def test_each_objection_is_a_new_version_of_the_draft(zhang: Actor, draft: str) -> None:
    version = queries.case(zhang, draft).version
    assert actions.dispute(zhang, draft, "area", "少了阳台。").version == version + 1


def test_a_long_reason_is_cut(zhang: Actor, draft: str) -> None:
    actions.dispute(zhang, draft, "area", "长" * (LONGEST + 1))
    assert len(value(zhang, draft, "area")["objection"]) == LONGEST


@pytest.mark.parametrize("field", ["phone", "assessed", "nothing"])
def test_what_was_not_fetched_can_t_be_disputed(zhang: Actor, draft: str, field: str) -> None:
    with pytest.raises(Refused, match="没有取到的数据"):
        actions.dispute(zhang, draft, field, "不对。")


def test_nobody_else_disputes(zhang: Actor, draft: str) -> None:
    with pytest.raises(Hidden):
        actions.dispute(ground.person("li-fugen"), draft, "area", "不对。")
    with pytest.raises(Denied):
        actions.dispute(ground.officer("chief", "tax"), draft, "area", "不对。")


def test_a_filed_case_can_t_be_disputed_any_more(zhang: Actor, draft: str) -> None:
    actions.save(zhang, draft, {"phone": "15400000001"})
    actions.file(zhang, draft)
    with pytest.raises(Refused):
        actions.dispute(zhang, draft, "area", "不对。")
