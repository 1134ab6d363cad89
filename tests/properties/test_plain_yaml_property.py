"""The fast reader says exactly what the full one says, or nothing."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node

from onevisit.core import plain_yaml
from onevisit.core.source import NotYaml, _Walk


def seen(node: Node) -> Any:
    """What the walk over a node finds: values, with the kind of each, lines, keys that stand twice."""
    walk = _Walk(limit=10_000)
    return kinds(walk.plain(node, "")), walk.lines, walk.doubles


def kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kinds(inner) for key, inner in value.items()}
    return [kinds(inner) for inner in value] if isinstance(value, list) else (type(value), value)


def agrees(text: str) -> bool:
    found = plain_yaml.compose(text)
    if found is None:
        return False
    try:
        full = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise AssertionError(f"the full reader refuses {text!r}") from error
    with suppress(NotYaml):
        assert seen(found) == seen(full), text
    return True


BITS = st.sampled_from(
    ["a", "b:", "c: d", "- ", "-", "  ", "    ", "\n", "\n", "\n  ", "\n- ", "\n  - ", "{", "}", "[", "]", ", ", ",", ": ", ":",
     "#x", " #y", ".5e1", '"q"', "'it''s'", "&n ", "*n", "1.5", "010", "~", "null", "true", "yes", "x:y",
     "http://z", "? ", "|", ">", "!t", "其他", "%", "@", "-1", "- - ", "k: v\n", "<<: "]
)  # fmt: skip


@settings(max_examples=6000, deadline=None, database=None, derandomize=True)
@given(st.lists(BITS, max_size=14).map("".join))
@example("a: {b: c,\n  d: e}\nf: g")
@example("a:\n- b\n- c: d\n  e: f\n-\n- - g\n")
@example("a: &n {b: c}\nd: [*n, *n]\n")
def test_pieces_put_together_somehow(text: str) -> None:
    agrees(text)


WORDS = st.sampled_from(
    [
        "a",
        "shared:x.y",
        "其他 材料",
        "1",
        "1.50",
        "true",
        "no",
        "",
        "it's",
        'say "x"',
        "a: b",
        "#",
        "- x",
        "~",
        "{x}",
        "2026-01-01",
    ]
)
VALUES = st.recursive(
    WORDS | st.integers(-5, 5) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=600, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["a", "b c", "d-e"]), VALUES, min_size=1, max_size=3), st.sampled_from([None, 2]))
def test_json_is_plain(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assert agrees(text) or "\\" in text
