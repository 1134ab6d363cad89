"""The schema and the JSON are read off the same types as the reader: all three know the same keys."""

from dataclasses import is_dataclass
from decimal import Decimal

import pytest

from onevisit.core import shape
from onevisit.core.definition import Field, ItemHead, Standard, Step


def test_the_schema_of_a_standard_knows_every_key_and_no_other() -> None:
    schema = shape.schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"format", "before"} | {element.name for element in shape.elements(Standard)}
    assert schema["required"] == ["format", "item", "level", "audience", "process"]
    assert schema["properties"]["level"]["enum"] == ["city", "county", "town", "village"]


@pytest.mark.parametrize("kind", ["standard", "offer", "register", "matter"])
def test_every_reference_of_a_schema_leads_somewhere_and_every_key_is_described(kind: str) -> None:
    schema = shape.schema(kind)
    todo = [schema]
    while todo:
        part = todo.pop()
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        for inner in part.get("properties", {}).values():
            assert inner.get("description") or "$ref" in inner
        todo += [inner for inner in part.values() if isinstance(inner, dict)]


def test_an_offer_stands_under_its_key() -> None:
    schema = shape.schema("offer")
    assert schema["required"] == ["format", "offer"]
    assert schema["$defs"]["Offer"]["required"] == ["item", "level", "division"]


def test_json_leaves_out_what_is_default_and_keeps_decimals_exact() -> None:
    field = Field("area", "面积", type="decimal", min=Decimal("0.50"), max=Decimal(100))
    assert shape.to_json(field) == {"id": "area", "label": "面积", "type": "decimal", "min": "0.50", "max": 100}


def test_a_standard_in_json_says_its_format_first() -> None:
    standard = Standard(ItemHead("事项", "行政许可", "tax"), "city", ("person",), (Step("a", "system", "verify", at=("hall",)),))
    assert shape.to_json(standard) == {
        "format": "onevisit/1",
        "item": {"name": "事项", "type": "行政许可", "department": "tax", "basis": []},
        "level": "city",
        "audience": ["person"],
        "process": [{"id": "a", "by": "system", "does": "verify", "at": ["hall"]}],
    }


def test_every_key_has_a_chinese_name() -> None:
    seen: set[type] = set()
    todo: list[type] = [Standard, *shape.FILES.values()]
    while todo:
        record = todo.pop()
        seen.add(record)
        for element in shape.elements(record):
            assert element.name in shape.NAMES
            inner = element.kind.of or element.kind
            if inner.record and inner.record not in seen and is_dataclass(inner.record):
                todo.append(inner.record)
