"""In which ways a result may come, what each asks, and that old papers never come back through a wire."""

from datetime import date
from typing import Any

import pytest

from onevisit.core import values, ways
from onevisit.core.definition import ItemHead, Material, Question, Standard, Step

TODAY = date(2026, 3, 2)
WHOLE = {"name": "张晓月", "phone": "154 0000 0001", "address": "蚌埠市龙子湖区示例路1号2幢301室"}


def standard(*places: str, by: str = "system", old: bool = False, **more: Any) -> Standard:
    step = Step("hand", by, "deliver", at=places, **more)  # type: ignore[arg-type]
    papers = (Material("old", "旧证", when={"has": ("yes",)}, shown="deliver", surrender=True),) if old else ()
    asked = (Question("has", "有没有旧证？", {"yes": "有", "no": "没有"}),)
    return Standard(ItemHead("x", "x", "x"), "county", ("person",), (step,), questions=asked, materials=papers)


@pytest.mark.parametrize(
    ("places", "offered"),
    [
        (("licence",), ("licence",)),
        (("licence", "courier", "hall"), ("licence", "courier", "pickup")),
        (("post", "courier"), ("courier",)),
        (("door", "hall"), ("door", "pickup")),
        ((), ("licence",)),
    ],
)
def test_the_places_of_the_step_are_the_ways(places: tuple[str, ...], offered: tuple[str, ...]) -> None:
    assert ways.ways(standard(*places), {}) == offered


def test_what_a_window_hands_over_or_another_situation_offers_is_not_chosen() -> None:
    assert ways.ways(standard("hall", "courier", by="window"), {}) == ("licence",)
    only_old = standard("courier", when={"has": ("yes",)})
    assert (ways.ways(only_old, {"has": "yes"}), ways.ways(only_old, {"has": "no"})) == (("courier",), ("licence",))


def test_an_old_paper_is_not_given_back_by_licence_alone() -> None:
    both = standard("licence", "courier", "hall", old=True)
    assert ways.ways(both, {"has": "yes"}) == ("courier", "pickup")
    assert ways.ways(both, {"has": "no"}) == ("licence", "courier", "pickup")
    assert ways.ways(standard("licence", old=True), {"has": "yes"}) == ("pickup",)


@pytest.mark.parametrize(
    ("paper", "is_given_back"),
    [
        ({"shown": "deliver", "surrender": True}, True),
        ({"shown": "submit", "surrender": True}, False),
        ({"shown": "deliver"}, False),
        ({"surrender": True}, False),
        ({"shown": "deliver", "surrender": True, "source": "licence:x"}, False),
    ],
)
def test_which_papers_are_given_back(paper: dict[str, Any], is_given_back: bool) -> None:
    assert values.is_given_back(Material("old", "旧证", **paper)) is is_given_back


def test_what_is_not_offered_is_not_taken() -> None:
    offers = standard("licence", "hall")
    assert ways.way(offers, {}, {"kind": "courier"}) == "licence"
    assert ways.way(offers, {}, {"kind": "pickup"}) == "pickup"
    assert [fault.field for fault in ways.faults(offers, {}, {"kind": "courier"}, TODAY)] == ["delivery"]


def test_nothing_is_asked_of_whom_nobody_asked() -> None:
    assert ways.faults(standard("licence", "courier"), {}, {}, TODAY) == []
    assert ways.faults(standard("licence"), {}, {"kind": ""}, TODAY) == []


@pytest.mark.parametrize(
    ("bent", "fields"),
    [
        ({}, []),
        ({"name": " "}, ["delivery.name"]),
        ({"phone": "12"}, ["delivery.phone"]),
        ({"phone": "", "address": ""}, ["delivery.phone", "delivery.address"]),
        ({"address": "长" * 300}, ["delivery.address"]),
    ],
)
@pytest.mark.parametrize("kind", ["courier", "door"])
def test_an_address_is_whole(kind: str, bent: dict[str, str], fields: list[str]) -> None:
    chosen = {"kind": kind, "address": {**WHOLE, **bent}}
    found = ways.faults(standard("licence", "courier", "door"), {}, chosen, TODAY)
    assert [fault.field for fault in found] == fields


def test_where_only_a_courier_comes_his_address_is_asked() -> None:
    assert len(ways.faults(standard("courier"), {}, {}, TODAY)) == 3
    assert ways.address({"address": WHOLE}, TODAY)["phone"] == "15400000001"
