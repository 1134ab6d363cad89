"""Whatever stands in a file, lint and compose say something about it: no crash, a line for each finding, the same twice."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.core.test_lint import GOOD

from onevisit.core.compose import NotComposable, compose
from onevisit.core.definition import Standard
from onevisit.core.diagnostics import CODES
from onevisit.core.lint import lint
from onevisit.core.offers import Matter
from onevisit.core.process import Circular
from onevisit.core.reading import NotYaml, Reading, read
from onevisit.core.shape import NAMES

DEFINITION = YAML(typ="safe", pure=True).load(GOOD)
KEYS = st.sampled_from(sorted(NAMES)) | st.text(max_size=3)
WORDS = st.sampled_from(
    ["submit", "accept", "review", "kind", "applicant", "shared:a.b", "licence:x", "hall", "其他材料", "等", "", "permit"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-3, 30) | WORDS | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
FILES = st.dictionaries(
    st.sampled_from(["format", "item", "offer", "register", "matter", "process", "materials"]), VALUES, max_size=5
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


PLACES = list(places(DEFINITION))


def changed(path: tuple[Any, ...], value: Any, drop: bool, document: Any) -> None:
    """One place gets another value, or goes."""
    for key in path[:-1]:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict) and path[-1] in document:
        document.pop(path[-1]) if drop else document.update({path[-1]: value})
    elif isinstance(document, list) and path[-1] < len(document):
        document[path[-1]] = value


@st.composite
def mutants(draw: st.DrawFn) -> str:
    document = copy.deepcopy(DEFINITION)
    for _ in range(draw(st.integers(1, 4))):
        changed(draw(st.sampled_from(PLACES)), draw(VALUES), draw(st.booleans()), document)
    return json.dumps(document, ensure_ascii=False)


def says_something(texts: list[str]) -> None:
    readings = list(readable(texts))
    report = lint(readings)
    for one in report.diagnostics:
        text = texts[int(one.file)]
        assert 1 <= one.line <= text.count("\n") + 1
        assert one.code in CODES
        assert one.message.strip()
    assert lint(readings) == report
    documents = [one.document for one in readings if not one.faults]
    matter = next((one for one in documents if isinstance(one, Matter)), None)
    with suppress(NotComposable, Circular):
        assert compose([one for one in documents if isinstance(one, Standard)], matter).steps


def readable(texts: list[str]) -> Iterator[Reading]:
    for number, text in enumerate(texts):
        with suppress(NotYaml):
            yield read(text, str(number))


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_files_of_anything(files: list[dict[str, Any]]) -> None:
    says_something([json.dumps({"format": "onevisit/1", **file}, ensure_ascii=False) for file in files])


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(st.lists(mutants(), min_size=1, max_size=2))
def test_a_good_definition_with_a_few_wrong_places(texts: list[str]) -> None:
    says_something(texts)


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(st.text(alphabet="ab:-[]{}\"'#&*!|>\n \t其他,0?%@", max_size=60))
def test_any_text(text: str) -> None:
    says_something([text])
