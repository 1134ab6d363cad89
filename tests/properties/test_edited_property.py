"""What an editor is told of one file is what the whole catalogue's lint tells of it; a circle is told of who closes it."""

import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.diagnostics import Diagnostic
from onevisit.core.lint import Beside, edited, lint, read
from onevisit.core.reading import Reading

KEYS = ("a", "b", "c", "d")
LAW = [{"law": "示例法", "article": "第一条"}]


@st.composite
def catalogues(draw: st.DrawFn) -> list[Reading]:
    """A few small standards that ask each other for papers, some with alternatives, some at two levels."""
    return [read(text(draw, key, level), f"{key}/{level}") for key in KEYS for level in draw(LEVELS)]


LEVELS = st.sampled_from([("county",), ("town",), ("county", "town")])


def text(draw: st.DrawFn, key: str, level: str) -> str:
    """One standard: up to three papers of other items, each alone or one of a group."""
    papers = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["", "g"]), st.booleans()), max_size=3))
    materials = [
        {
            "id": f"m{place}", "name": f"{of}证明", "source": "applicant" if asked else f"shared:{of}.x", "basis": LAW,
            "result_of": of, **({"one_of": group} if group else {}),
        }
        for place, (of, group, asked) in enumerate(papers)
    ]  # fmt: skip
    document = {
        "format": "onevisit/1", "level": level, "audience": ["person"],
        "item": {
            "key": key, "name": draw(st.sampled_from([f"事项{key}", "同名"])), "type": "行政许可", "department": key,
            "basis": LAW,
        },
        "materials": materials, "results": [{"id": "r", "name": f"{key}证明", "sample": "r.html"}],
        "limits": {"promised": draw(st.integers(1, 3))},
        "process": [{"id": "submit", "by": "applicant", "does": "submit", "at": ["online"]}],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False)


def said(found: Sequence[Diagnostic], *, circles: bool = False) -> list[tuple[str, str, str]]:
    return sorted((one.code, one.path, one.message) for one in found if circles or one.code != "OV303")


@settings(deadline=None, max_examples=50)
@given(catalogues(), st.data())
def test_one_file_beside_the_others_is_told_what_the_whole_would_be(readings: list[Reading], data: st.DataObject) -> None:
    beside = Beside(readings)
    name = data.draw(st.sampled_from([one.name for one in readings]))
    fresh = read(data.draw(texts(*name.split("/"))), name)
    others = [one for one in readings if one.name != name]
    whole = [one for one in lint([*others, fresh]).diagnostics if one.file == name]
    assert said(beside.edited(fresh)) == said(whole) == said(edited(fresh, others))


@st.composite
def texts(draw: st.DrawFn, key: str, level: str) -> str:
    return text(draw, key, level)


@settings(deadline=None, max_examples=50)
@given(catalogues(), st.data())
def test_a_circle_is_told_of_whoever_is_on_it(readings: list[Reading], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([one.name for one in readings]))
    fresh = read(data.draw(texts(*name.split("/"))), name)
    others = [one for one in readings if one.name != name]
    item = f"（{name.split('/')[0]}）"
    first = [one for one in lint([fresh, *others]).diagnostics if one.code == "OV303" and one.file == name]
    told = [one for one in Beside(readings).edited(fresh) if one.code == "OV303"]
    assert len(told) == len(first)
    assert all(item in one.message for one in told)
