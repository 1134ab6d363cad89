"""Whatever stands in a file: reading ends with a document and faults, or refuses; what is sound comes back from its JSON."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core import process, situations, visits
from onevisit.core.definition import Standard
from onevisit.core.reading import NotYaml, read, to_json

SOUND: dict[str, Any] = {
    "format": "onevisit/1",
    "item": {"key": "demo", "name": "演示事项", "type": "行政许可", "department": "market", "basis": [{"law": "法"}]},
    "level": "county",
    "audience": ["person"],
    "parties": [{"id": "a", "name": "甲"}],
    "questions": [{"id": "q", "ask": "问", "options": {"x": "是", "y": "否"}}, {"id": "r", "ask": "问", "options": {"x": "是"}}],
    "materials": [{"id": "m", "name": "证", "source": "applicant", "shown": "submit", "when": {"q": ["x"]}, "one_of": "g"}],
    "form": [{"id": "f", "label": "人", "type": "group", "fields": [{"id": "n", "label": "名", "min": 1}], "repeat": {"max": 3}}],
    "process": [
        {"id": "submit", "by": "applicant:a", "does": "submit", "at": ["online", "hall"]},
        {"id": "check", "by": "system", "does": "verify", "needs": ["submit"], "days": 3, "outcomes": ["ok", "no"]},
        {"id": "more", "by": "applicant", "does": "sign", "needs": ["check"], "when": {"step.check": ["no"]}, "presence": {}},
        {"id": "end", "by": "system", "does": "deliver", "needs": ["more"], "rework": {"on": "bad", "to": "check"}},
    ],
    "limits": {"legal": 20, "promised": 5},
}
JUNK = st.sampled_from(
    [None, True, 1, -1, 1.5, "", "x", "check", [], {}, ["x"], {"x": ["y"]}, [None], [[]], "rule:", {"id": [1]}]
)
SPOTS = st.lists(st.tuples(st.lists(st.integers(0, 20), min_size=1, max_size=5), JUNK, st.booleans()), min_size=1, max_size=3)


def spoilt(path: list[int], junk: object, part: Any, deleted: bool) -> Any:
    """The part with something else, or nothing, where the path ends."""
    pairs = list(part.items() if isinstance(part, dict) else enumerate(part))
    place = path[0] % len(pairs)
    key, inner = pairs[place]
    deeper = len(path) > 1 and isinstance(inner, dict | list) and inner
    if deeper or not deleted:
        pairs[place] = (key, spoilt(path[1:], junk, inner, deleted) if deeper else junk)
    else:
        del pairs[place]
    return dict(pairs) if isinstance(part, dict) else [value for _, value in pairs]


def whole(text: str) -> None:
    try:
        reading = read(text)
    except NotYaml:
        return
    assert all(fault.line >= 1 and fault.message for fault in reading.faults)
    if isinstance(reading.document, Standard):
        counted(reading.document)
    if reading.document is not None and not reading.faults:
        assert read(json.dumps(to_json(reading.document))).document == reading.document


def counted(standard: Standard) -> None:
    """Even a document with faults can be counted, for the linter goes on with it."""
    process.unreachable(standard)
    list(situations.situations(standard))
    if not process.circle({step.id: step.needs for step in standard.process}):
        visits.visits(standard)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(SPOTS)
def test_a_spoilt_document_is_read_with_its_faults(spots: list[tuple[list[int], object, bool]]) -> None:
    document = SOUND
    for path, junk, deleted in spots:
        document = spoilt(path, junk, document, deleted) or SOUND
    whole(json.dumps(document, ensure_ascii=False))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(":{}[],\"'#&*!|>%@`- \n\t\\x\x85\ufeff")), max_size=6))
def test_a_mistyped_document_is_read_or_refused(slips: list[tuple[int, str]]) -> None:
    text = list(json.dumps(SOUND, ensure_ascii=False, indent=1))
    for place, slip in slips:
        text[place % len(text)] = slip
    whole("".join(text))
