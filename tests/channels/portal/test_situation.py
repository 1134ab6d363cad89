"""The questions come one by one; an answer can be changed without losing those that still hold."""

from urllib.parse import parse_qs

import pytest
from tests.cases import ground

from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.channels.portal.situation import CHOOSE, asking
from onevisit.core import situations


@pytest.fixture
def deed_tax(city: None) -> ItemView:
    ground.offer_deed_tax()
    return catalogue.item("deed-tax", ground.NEAR)


def test_one_question_at_a_time_until_none_is_left(deed_tax: ItemView) -> None:
    answers: dict[str, str] = {}
    asked = []
    while (coming := asking(deed_tax, answers, "").coming) is not None:
        asked.append(coming.id)
        answers[coming.id] = next(iter(coming.options))
    assert asked == ["act", "object", "buyer", "special"]
    assert [a.words for a in asking(deed_tax, answers, "").answered] == ["购买", "住房", "个人", "不主张"]


def test_a_question_that_was_left_without_an_answer_says_so(deed_tax: ItemView) -> None:
    told = asking(deed_tax, {"act": "purchase"}, "object")
    assert [p.message for p in told.problems] == [CHOOSE]
    assert told.control is not None
    assert (told.control.error, told.problems[0].target) == (CHOOSE, told.control.id)
    assert asking(deed_tax, {"act": "purchase"}, "act").problems == ()


def test_changing_an_answer_keeps_the_others(deed_tax: ItemView) -> None:
    told = asking(deed_tax, {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}, "")
    kept = parse_qs(told.answered[0].query)
    assert kept == {"division": [ground.NEAR], "q.object": ["home"], "q.buyer": ["person"], "q.special": ["no"]}
    narrowed = situations.narrow(deed_tax.definition, {"act": "gift", "object": "home", "buyer": "person", "special": "no"})
    assert dict(narrowed) == {"act": "gift", "buyer": "person"}
