"""What a rule is told: fetched values prove themselves, a word counts where the rule says so, a contradiction proves nothing."""

from datetime import date
from pathlib import Path

import pytest
from tests.cases import ground

from onevisit.cases import facts
from onevisit.core.tables import Fact

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
