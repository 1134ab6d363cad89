"""What a rule is told: fetched values prove themselves, a word counts where the rule says so, a contradiction proves nothing."""

from datetime import date
from pathlib import Path

import pytest
from tests.cases import ground

from onevisit.cases import facts
from onevisit.cases.models import Case
from onevisit.catalogue import packs
from onevisit.core.state import Mark, State, to_json
from onevisit.core.tables import Fact
from onevisit.settings import PACKS

SCHEMA = {"properties": {"act": {"x-declared": True}, "area": {}, "homes": {}}}
ASKED = {"value": "1", "source": "shared:housing.contract.area", "at": "2026-03-02"}


def test_an_answer_is_proved_only_where_the_rule_takes_a_word_for_it() -> None:
    told = facts.facts({"act": "gift", "homes": "0"}, {}, SCHEMA)
    assert (told["act"].proved, told["homes"].proved) == (True, False)
    assert told["act"] == Fact("gift", True, "applicant")


def test_a_fetched_value_is_proved_with_its_source_and_time() -> None:
    assert facts.facts({}, {"area": ASKED}, SCHEMA) == {"area": Fact("1", True, "shared:housing.contract.area", "2026-03-02")}


@pytest.mark.parametrize("source", ["applicant", "applicant.phone", ""])
def test_what_the_applicant_typed_is_not(source: str) -> None:
    value = {"value": "1", "source": source} if source else {"value": "1"}
    assert not facts.facts({}, {"area": value}, SCHEMA)["area"].proved


@pytest.mark.parametrize("nothing", [None, "", []])
def test_what_has_no_value_is_unknown(nothing: object) -> None:
    assert facts.facts({}, {"area": {"value": nothing, "source": "shared:x.y"}}, SCHEMA) == {}
    assert "homes" in facts.facts({}, {"homes": {"value": 0, "source": "shared:x.y"}}, SCHEMA), "zero is a value"
    assert "homes" in facts.facts({}, {"homes": {"value": False, "source": "shared:x.y"}}, SCHEMA)


def test_a_word_that_the_data_contradicts_proves_nothing() -> None:
    fetched = {"act": {"value": "purchase", "source": "shared:housing.contract.act"}}
    assert not facts.facts({"act": "gift"}, fetched, SCHEMA)["act"].proved
    assert facts.facts({"act": "purchase"}, fetched, SCHEMA)["act"].proved
    settled = {"act": {**fetched["act"], "settled": True}}
    assert facts.facts({"act": "gift"}, settled, SCHEMA)["act"] == Fact("purchase", True, "shared:housing.contract.act")


def test_a_disputed_value_proves_nothing() -> None:
    assert not facts.facts({}, {"area": {**ASKED, "disputed": True}}, SCHEMA)["area"].proved


def test_what_counts_is_of_this_situation_and_in_normal_form(tmp_path: Path) -> None:
    standard = ground.stall_pack(tmp_path).definitions[0].standard
    typed = {
        "goods": {"value": " 布鞋 ", "source": "applicant"}, "area": {"value": "１２", "source": "applicant"},
        "cooled": {"value": "yes", "source": "applicant"}, "phone": {"value": "x", "source": "applicant.phone"},
        "other": {"value": "1", "source": "shared:x.y"}, "judged": {"value": "2", "source": "officer", "settled": True},
    }  # fmt: skip
    kept = facts.current(standard, {"food": "no"}, typed, date(2026, 3, 2))
    assert {name: value["value"] for name, value in kept.items()} == {"judged": "2", "goods": "布鞋", "area": "12"}
    assert facts.current(standard, {"food": "yes"}, typed, date(2026, 3, 2))["cooled"]["value"] is True


ALLOWANCE = packs.load(PACKS / "senior-allowance").definitions[0].standard


def a_case(**marks: Mark) -> Case:
    """A case of the allowance with these steps so far."""
    basis = [{"law": "示例办法", "article": "第三条"}, {"law": "示例细则", "article": ""}]
    offer = {"parameters": {"age_from": {"value": "80", "basis": basis}, "other": {"value": "1", "basis": basis}}, "limits": []}
    named = {name.replace("__", "~"): mark for name, mark in marks.items()}
    return Case(division="340302000000", offer=offer, state=to_json(State(marks=named)))


def test_the_house_knows_the_division_and_what_it_has_set_with_its_basis() -> None:
    assert facts.house(a_case(), ALLOWANCE) == {
        "age_from": Fact("80", True, "offer", basis="《示例办法》第三条；《示例细则》"),
        "division": Fact("340302000000", True, "house"),
    }


def test_of_a_step_that_was_done_again_the_last_finding_counts() -> None:
    away = Mark("done", outcome="away", at="2026-03-04T10:00:00+08:00")
    assert facts.house(a_case(home_check=away), ALLOWANCE)["home_check"] == Fact("away", True, "officer", away.at)
    assert "home_check" not in facts.house(a_case(home_check=away, home_check__2=Mark("ready")), ALLOWANCE)
    twice = a_case(home_check=away, home_check__2=Mark("done", outcome="confirmed"))
    assert facts.house(twice, ALLOWANCE)["home_check"].value == "confirmed"
    assert "review" not in facts.house(a_case(review=Mark("done")), ALLOWANCE), "a step that finds nothing says nothing"


def test_what_the_house_knows_has_a_name_for_people() -> None:
    names = [facts.called(ALLOWANCE, name) for name in ("age_from", "home_check", "division", "who_knows")]
    assert names == ["开始发放的年龄（周岁）", "上门看望核实", "办理的地方", "who_knows"]
