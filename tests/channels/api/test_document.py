"""The OpenAPI document is whole, answers are what it says, the reference reads without a script, and `/v1` never breaks."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onevisit.catalogue.queries import ItemView

PROMISED = Path(__file__).with_name("promised.json")
PLAIN = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


@pytest.fixture
def document(client: Client, item: ItemView) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


def faults(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not what a schema says; the parts of JSON Schema that our document uses."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from faults(value, document["components"]["schemas"][name], document, at)
    elif "anyOf" in schema:
        if all(any(faults(value, one, document, at)) for one in schema["anyOf"]):
            yield f"{at} fits nothing"
    elif schema.get("type") == "array":
        yield from list_faults(value, schema, document, at)
    elif schema.get("type") == "object":
        yield from object_faults(value, schema, document, at)
    elif not isinstance(value, PLAIN[schema["type"]]):
        yield f"{at} is no {schema['type']}"


def list_faults(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> Iterator[str]:
    parts = schema.get("prefixItems") or [schema["items"]] * len(value)
    if len(parts) != len(value):
        yield f"{at} is of another length"
    for number, (one, part) in enumerate(zip(value, parts, strict=False)):
        yield from faults(one, part, document, f"{at}/{number}")


def object_faults(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", False)
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}/{name} is missing"
    for name, one in value.items():
        if name in known:
            yield from faults(one, known[name], document, f"{at}/{name}")
        elif isinstance(more, dict):
            yield from faults(one, more, document, f"{at}/{name}")
        elif not more:
            yield f"{at}/{name} is not in the document"


def test_the_document_is_whole(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    names = re.findall(r'"#/components/schemas/([^"]+)"', text)
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert document["openapi"].startswith("3.1")
    assert set(names) <= document["components"]["schemas"].keys()
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all("default" in one["responses"] and one["summary"] and one["description"] for one in operations)
    assert all("application/problem+json" in one["responses"]["default"]["content"] for one in operations)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/items", "/api/v1/items"),
        ("/api/v1/themes", "/api/v1/themes"),
        ("/api/v1/search", "/api/v1/search?q=开小铺"),
        ("/api/v1/items/{code}", "/api/v1/items/{code}"),
        ("/api/v1/items/{code}/guide", "/api/v1/items/{code}/guide"),
        ("/api/v1/items/{code}/speech", "/api/v1/items/{code}/speech"),
    ],
)
def test_answers_are_what_the_document_says(
    client: Client, item: ItemView, document: dict[str, Any], path: str, address: str
) -> None:
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = client.get(address.format(code=item.code)).json()
    assert list(faults(answer, schema, document)) == []
    assert list(faults({**answer, "secret": 1}, schema, document)) == ["/secret is not in the document"]


def test_a_problem_is_what_the_document_says(client: Client, item: ItemView, document: dict[str, Any]) -> None:
    schema = document["paths"]["/api/v1/items"]["get"]["responses"]["default"]["content"]["application/problem+json"]["schema"]
    assert list(faults(client.get("/api/v1/items?limit=0").json(), schema, document)) == []


def test_the_reference_lists_every_operation_and_reads_without_script_or_network(
    client: Client, document: dict[str, Any]
) -> None:
    page = client.get("/api/docs")
    shown = page.content.decode()
    assert page.status_code == 200
    assert all(path in shown for path in document["paths"])
    assert not re.search(r"(src|href)=\"(https?:)?//", shown)
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", shown)


def test_the_api_s_promises_are_kept(client: Client, item: ItemView) -> None:
    """Keys may be added to promised.json; none may ever be taken out of it."""
    listed = client.get("/api/v1/items").json()
    answers = {
        "item": client.get(f"/api/v1/items/{item.code}").json(),
        "guide": client.get(f"/api/v1/items/{item.code}/guide").json(),
        "speech": client.get(f"/api/v1/items/{item.code}/speech").json(),
        "page": listed,
        "listed": listed["items"][0],
        "hit": client.get("/api/v1/search?q=开小铺").json()["hits"][0],
    }
    promised = json.loads(PROMISED.read_text())
    assert promised.keys() == answers.keys()
    assert {
        name: sorted(set(keys) - answers[name].keys()) for name, keys in promised.items() if set(keys) - answers[name].keys()
    } == {}
