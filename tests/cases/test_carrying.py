"""What of a draft still fits a later form: groups datum by datum, options by their words."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from onevisit.cases import carrying
from onevisit.core.definition import Field, ItemHead, Standard, Step

TODAY = date(2026, 3, 2)
NAME, SHARE = Field("name", "姓名"), Field("share", "份额", type="decimal", unit="%")
OWNERS = Field("owners", "共有人", type="group", fields=(NAME, SHARE))
SIZE = Field("size", "规模", type="choice", options={"s": "小", "l": "大"})
WARES = Field("wares", "卖的东西", type="choices", options={"a": "布", "b": "鞋"})
STEPS = (Step("submit", by="applicant", does="submit"),)
MONTH = Field("code", "编号", pattern="[A-Z]{2}")


def form(*fields: Field) -> Standard:
    return Standard(ItemHead("摆摊", "行政许可", "market"), "county", ("person",), STEPS, form=fields)


def kept(before: Field, after: Field | None, value: Any) -> Any:
    held = {before.id: {"value": value, "at": "x"}}
    return carrying.carried(form(before), form(*([after] if after else [])), held, TODAY).get(before.id, {}).get("value")


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ((NAME, SHARE), [{"name": "张", "share": "50"}, {"name": "李"}]),
        ((NAME, replace(SHARE, unit="份")), [{"name": "张"}, {"name": "李"}]),
        ((replace(SHARE, id="part"), SHARE), [{"share": "50"}]),
        ((NAME, replace(SHARE, max=40)), [{"name": "张"}, {"name": "李"}]),
        ((replace(NAME, id="who"),), None),
    ],
)
def test_a_group_is_carried_datum_by_datum(fields: tuple[Field, ...], rows: list[dict[str, str]] | None) -> None:
    told = [{"name": "张", "share": "50"}, {"name": "李", "share": None}]
    if fields == OWNERS.fields:
        assert kept(OWNERS, replace(OWNERS, label="所有人"), told) == rows
    assert kept(OWNERS, replace(OWNERS, fields=fields), told) == rows


def test_options_are_the_same_by_their_words() -> None:
    assert kept(SIZE, replace(SIZE, options={"s": "小", "l": "很大"}), "s") == "s"
    assert kept(SIZE, replace(SIZE, options={"s": "小", "l": "很大"}), "l") is None
    assert kept(SIZE, replace(SIZE, options={"l": "大"}), "s") is None
    assert kept(WARES, replace(WARES, options={"a": "布", "c": "帽"}), ["a"]) == ["a"]
    assert kept(WARES, replace(WARES, options={"a": "布", "c": "帽"}), ["a", "b"]) is None


def test_a_pattern_is_asked_again_where_it_changed() -> None:
    assert kept(MONTH, replace(MONTH, pattern="[A-Z]{2,3}"), "AB") == "AB"
    assert kept(MONTH, replace(MONTH, pattern="[0-9]{2}"), "AB") is None
    assert kept(MONTH, None, "AB") is None


def test_what_no_form_asked_for_stays_and_never_fills_a_new_field() -> None:
    held = {"aside": {"value": 1}}
    assert carrying.carried(form(NAME), form(NAME), held, TODAY) == held
    assert carrying.carried(form(NAME), form(Field("aside", "另外")), held, TODAY) == {}
