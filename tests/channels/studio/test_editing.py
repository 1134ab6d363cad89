"""What the editor shows of a definition and takes back is the same definition; what is typed lands where it belongs."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from onevisit.catalogue import packs
from onevisit.channels.studio.editing import taking, tree
from onevisit.channels.studio.editing.words import SECTIONS
from onevisit.core import lint, reading
from onevisit.core.definition import Standard
from onevisit.core.shape import elements


class Form(HTMLParser):
    """What a browser would send of the controls on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.sent.setdefault(self._select, []).append(given["value"])
        elif tag == "textarea":
            self._area = given["name"]
            self.sent[self._area] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] = [self.sent[self._area][0] + data]


def shown(section: str, document: dict[str, Any]) -> str:
    """The controls of a section as HTML."""
    nodes = tree.section(section, tree.Around(document, ()))
    return "".join(render_to_string("studio/node.html", {"n": node}) for node in nodes)


def sent(section: str, document: dict[str, Any]) -> dict[str, list[str]]:
    form = Form()
    form.feed(shown(section, document))
    return form.sent


def everything() -> Iterator[Any]:
    for folder in sorted(settings.PACKS.iterdir()):
        for one in packs.load(folder).definitions:
            yield pytest.param(one.standard, id=f"{one.standard.item.id}-{one.standard.level}")


def meaning(document: dict[str, Any]) -> Any:
    """What a document says, defaults left out."""
    return reading.to_json(reading.read(json.dumps(document, ensure_ascii=False)).document)


@pytest.mark.parametrize("standard", list(everything()))
def test_opening_and_saving_every_section_changes_nothing(standard: Standard) -> None:
    document = reading.to_json(standard)
    for section in SECTIONS:
        document = taking.taken(section, taking.Typed(sent(section, document)), document)
    assert meaning(document) == reading.to_json(standard)


def test_the_sections_hold_every_part_of_a_definition() -> None:
    held = [key for _, keys in SECTIONS.values() for key in keys]
    assert len(held) == len(set(held))
    assert {one.name for one in elements(Standard)} - set(held) == {"item", "level", "visits"}


def test_what_cannot_be_read_is_shown_and_kept() -> None:
    document: dict[str, Any] = {
        "materials": [{"id": "a", "name": "材料", "source": "nowhere", "when": {"gone": ["x"]}}, {"copies": 1}],
        "process": [{"id": "s", "does": "dance", "by": "applicant", "needs": ["missing"]}],
        "depth": "很深",
    }
    found = document
    for section in ("basics", "materials", "process"):
        found = taking.taken(section, taking.Typed(sent(section, found)), found)
    assert found["materials"][0] == document["materials"][0]
    assert found["process"] == document["process"]
    assert found["depth"] == "很深"
    assert "dance（不认识）" in shown("process", document)
    assert "gone（已经没有这个问题）" in shown("materials", document)


def test_buttons_add_remove_and_move() -> None:
    document: dict[str, Any] = {"materials": [{"id": "material-1"}, {"id": "b"}]}
    added = taking.done(document, "add:materials")
    assert [one["id"] for one in added["materials"]] == ["material-1", "b", "material-3"]
    assert [one["id"] for one in taking.done(document, "up:materials.1")["materials"]] == ["b", "material-1"]
    assert [one["id"] for one in taking.done(document, "down:materials.0")["materials"]] == ["b", "material-1"]
    assert [one["id"] for one in taking.done(document, "remove:materials.0")["materials"]] == ["b"]
    deep = taking.done(document, "add:materials.0.basis")
    assert deep["materials"][0]["basis"] == [{}]
    assert document == {"materials": [{"id": "material-1"}, {"id": "b"}]}
    assert taking.done({}, "add:limits") == {"limits": [{}]}


@pytest.mark.parametrize(
    "act", ["remove:materials.9", "up:materials.x", "add:item.name", "add:", "up:nothing.1", "remove:materials"]
)
def test_a_button_that_names_no_place_does_nothing(act: str) -> None:
    document = {"materials": [{"id": "a"}], "item": {"name": "名"}}
    assert taking.done(document, act) == document


def test_options_get_a_word_of_their_own() -> None:
    typed = taking.Typed({"questions.0.id": ["q"], "questions.0.options.0.words": ["买"], "questions.0.options.0.key": ["buy"],
                          "questions.0.options.91.words": ["受赠"], "questions.0.options.91.key": [""]})  # fmt: skip
    assert taking.taken("questions", typed, {})["questions"] == [{"id": "q", "options": {"buy": "买", "option-2": "受赠"}}]


def test_a_fault_stands_at_its_field() -> None:
    text = json.dumps({"format": "onevisit/1", "materials": [{"id": "m", "name": "其他材料"}]}, ensure_ascii=False)

    found = lint.lint([reading.read(text, "x")]).diagnostics
    nodes = tree.section("materials", tree.Around(json.loads(text), found))
    html = "".join(render_to_string("studio/node.html", {"n": node}) for node in nodes)
    at = html.index('id="p-materials.m.name"')
    assert "兜底" in html[at : at + 600]
    assert 'class="entry has-faults"' in html


@pytest.mark.parametrize(
    ("act", "found"),
    [("add:materials", "n-materials.2"), ("remove:materials.1", "n-materials.0"), ("up:materials.1", "n-materials.0"),
     ("down:materials.0", "n-materials.1")],
)  # fmt: skip
def test_one_goes_on_where_one_was(act: str, found: str) -> None:
    document: dict[str, Any] = {"materials": [{"id": "a"}, {"id": "b"}]}
    verb, _, name = act.partition(":")
    assert taking.place(taking.done(document, act), verb, name) == found
    assert taking.place({"materials": []}, "remove", "materials.0") == "last-materials"


def test_sources_and_doers_are_chosen_in_words() -> None:
    known = {"sources": (tree.Pair("applicant", "申请人提供"), tree.Pair("shared:a.b", "数据共享：人口")), "doers": ()}
    document = {"materials": [{"id": "a", "source": "shared:a.b"}, {"id": "b", "source": "licence:gone"}]}
    nodes = tree.section("materials", tree.Around(document, (), known))
    html = "".join(render_to_string("studio/node.html", {"n": node}) for node in nodes)
    assert '<option value="shared:a.b" selected>数据共享：人口</option>' in html
    assert '<option value="licence:gone" selected>licence:gone（不认识）</option>' in html
