"""A section of a definition as a tree of controls: what the pages draw, whatever the document holds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onevisit.channels.studio.editing.words import ADDING, BY, CHOICES, FIRST, HINTS, LABELS, SECTIONS
from onevisit.core import process
from onevisit.core.definition import Standard
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.shape import NAMES, Element, elements
from onevisit.core.source import joined, labels

LONG = frozenset({"text", "help", "note", "a", "why", "reason"})
"""Keys whose texts want more than a line."""
SOURCES: Mapping[str, str] = {
    "applicant": "申请人提供", "commitment": "书面承诺", "shared": "数据共享", "licence": "电子证照", "rule": "规则计算",
}  # fmt: skip
CHOSEN: Mapping[tuple[str, str], str] = {("Material", "source"): "sources", ("Step", "by"): "doers"}
"""What is chosen among things that the city knows."""
TITLES = ("name", "label", "ask", "text", "q", "law", "id")


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a map: an option of a question, a rule with its file."""

    key: str
    words: str


@dataclass(frozen=True)
class Node:
    """One part of the page: `kind` is text, area, number, check, select, checks, lines, pairs, when, record or list.

    `name` is the control's, `path` the place in the definition as lint names it. `more` is folded.
    """

    kind: str
    name: str
    path: str
    label: str
    hint: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    suggestions: str = ""
    """The id of a list of suggestions on the page."""
    children: tuple["Node", ...] = ()
    more: tuple["Node", ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    inside: int = 0
    """How many faults stand in it, its parts included."""
    note: str = ""
    """What a folded entry says beside its name."""
    place: int = 0
    of: int = 0
    """Which of how many entries it is; 0 where it is none."""

    @property
    def plain_kind(self) -> bool:
        """Whether it is one control with a label."""
        return self.kind in ("text", "area", "number", "select", "lines")

    @property
    def adding(self) -> str:
        """What the button says that adds an entry to this list."""
        return ADDING.get(self.path.rpartition(".")[2], f"增加一条{self.label}")

    @property
    def unfolded(self) -> bool:
        """Whether it is shown open: little to see, or something to mend."""
        return self.inside > 0 or self.of <= 2 or not self.value


@dataclass(frozen=True)
class Around:
    """What the rest of the document, the city and lint say to a section."""

    document: Mapping[str, Any]
    diagnostics: Sequence[Diagnostic]
    known: Mapping[str, Sequence[Pair]] = field(default_factory=dict)
    """What may be chosen, by name: sources, doers (see `suggestions`)."""

    def at(self, path: str) -> tuple[Diagnostic, ...]:
        """What is wrong exactly here."""
        return tuple(one for one in self.diagnostics if one.path == path)

    def within(self, path: str) -> int:
        """How much is wrong here or further inside."""
        return sum(one.path == path or one.path.startswith(f"{path}.") for one in self.diagnostics)

    def entries(self, key: str) -> list[Mapping[str, Any]]:
        """The entries of a list of the document that can be read."""
        found = self.document.get(key)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def section(name: str, around: Around) -> tuple[Node, ...]:
    """The nodes of a section."""
    known = {element.name: element for element in elements(Standard)}
    return tuple(_node(known[key], around.document.get(key), key, key, ("", around)) for key in SECTIONS[name][1])


Where = tuple[str, Around]
"""The record that an element stands in, and what is around it."""
At = tuple[str, str]
"""The name of a control, and its path in the definition."""


def _node(element: Element, value: Any, name: str, path: str, where: Where) -> Node:
    record, around = where
    kind = element.kind
    label = LABELS.get(f"{record}.{element.name}", NAMES[element.name])
    hint = HINTS.get(f"{record}.{element.name}" if record else element.name, "")
    base = Node("text", name, path, label, hint, faults=around.at(path), inside=around.within(path))
    if element.name == "when":
        return _replace(base, kind="when", children=_situations(value, name, around), value="yes" if value else "")
    if kind.form == "list" and kind.of and kind.of.record:
        return _listing(base, kind.of.record, value, element, where)
    if kind.form == "record" and kind.record:
        return _record(base, kind.record, value, where)
    if kind.form == "map":
        return _replace(base, kind="pairs", pairs=_pairs(value))
    return _control(base, element, value, where)


def _replace(node: Node, **parts: Any) -> Node:
    return Node(**{**{name: getattr(node, name) for name in Node.__dataclass_fields__}, **parts})


def _listing(base: Node, record: type, value: Any, element: Element, where: Where) -> Node:
    entries = value if isinstance(value, list) else [value] if value and element.bare else []
    records = [one if isinstance(one, dict) else _bare(element, one) for one in entries]
    named = labels([one.get("id") for one in records])
    children = [
        _entry(record, one, (f"{base.name}.{place}", joined(base.path, named[place])), where[1])
        for place, one in enumerate(records)
    ]
    numbered = (_replace(one, place=place, of=len(children)) for place, one in enumerate(children, 1))
    return _replace(base, kind="list", children=tuple(numbered))


def _bare(element: Element, value: Any) -> dict[str, Any]:
    return {element.bare: value} if isinstance(element.bare, str) else {}


def _entry(record: type, value: Mapping[str, Any], at: At, around: Around) -> Node:
    name, path = at
    front, more = _parts(record, value, at, around)
    title, note = _title(record, value), _note(record, value)
    return Node(
        "entry", name, path, title or "新的一条", value=title, note=note, children=front, more=more, faults=around.at(path),
        inside=around.within(path),
    )  # fmt: skip


def _title(record: type, value: Mapping[str, Any]) -> str:
    if record.__name__ == "Step":
        return str(value.get("name") or process.NAMES.get(str(value.get("does", "")), "") or value.get("id", ""))
    if record.__name__ == "Limits":
        spans = (("法定", value.get("legal")), ("承诺", value.get("promised")))
        return "，".join(f"{word}{span}天" for word, span in spans if span not in (None, ""))
    words = next((str(value[key]) for key in TITLES if value.get(key)), "")
    return words + (f" {value['article']}" if value.get("article") else "")


def _note(record: type, value: Mapping[str, Any]) -> str:
    """The second thing that tells entries apart: whose task a paper is, who does a step, how long."""
    if record.__name__ in ("Material", "Field"):
        source = str(value.get("source", "applicant")).partition(":")[0]
        return SOURCES.get(source, source)
    if record.__name__ == "Step":
        who = BY.get(str(value.get("by", "")).partition(":")[0], str(value.get("by", "")))
        pace = f"{value['days']}个工作日" if value.get("days") else "当场" if value.get("instant") else ""
        return "，".join(filter(None, (who, pace)))
    return ""


def _record(base: Node, record: type, value: Any, where: Where) -> Node:
    given = value if isinstance(value, dict) else {}
    if isinstance(value, str) and value:
        given = {elements(record)[0].name: value}
    front, more = _parts(record, given, (base.name, base.path), where[1])
    return _replace(base, kind="record", children=front, more=more, value="yes" if given else "")


def _parts(record: type, value: Mapping[str, Any], at: At, around: Around) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """What stands in front, and what is folded."""
    first = FIRST.get(record.__name__, ())
    known = {element.name: element for element in elements(record)}
    order = [*first, *(one for one in known if one not in first)]
    where = (record.__name__, around)
    nodes = {one: _node(known[one], value.get(one), f"{at[0]}.{one}", joined(at[1], one), where) for one in order}
    front = tuple(nodes[one] for one in (first or order))
    return front, tuple(nodes[one] for one in order if first and one not in first)


def _control(base: Node, element: Element, value: Any, where: Where) -> Node:
    record, around = where
    form, key = element.kind.form, element.name
    chosen = _options(record, key, element, around)
    if form == "flag":
        on = value if isinstance(value, bool) else bool(element.default)
        return _replace(base, kind="check", value="yes" if on else "")
    if form == "list":
        several = [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
        if chosen:
            ordered = {**{one: chosen[one] for one in several if one in chosen}, **chosen}  # their order says something
            return _replace(base, kind="checks", options=_marked(ordered, several))
        return _replace(base, kind="lines", value="\n".join(several))
    said = "" if value is None else str(value)
    if chosen:
        unsaid = "（不写，就是申请人提供）" if key == "source" else "（不写）"
        blank = {} if element.required and said else {"": unsaid}
        stands = element.default and record != "MaterialForm" and (record, key) not in CHOSEN
        default = said or (str(element.default) if stands else "")
        return _replace(base, kind="select", options=_marked({**blank, **chosen}, [default]))
    if form in ("integer", "decimal"):
        return _replace(base, kind="number", value=said)
    kind = "area" if key in LONG and record not in ("LegalBasis",) else "text"
    return _replace(base, kind=kind, value=said, suggestions=_suggested(record, key))


def _marked(known: Mapping[str, str], chosen: Sequence[str]) -> tuple[Option, ...]:
    """The options, and whatever was chosen that is none of them."""
    strange = {one: f"{one}（不认识）" for one in chosen if one and one not in known}
    return tuple(Option(value, words, value in chosen) for value, words in {**known, **strange}.items())


def _options(record: str, key: str, element: Element, around: Around) -> Mapping[str, str]:
    """The values that may be chosen, with their words; none where one types."""
    steps = {str(one.get("id")): _title_of_step(one) for one in around.entries("process") if one.get("id")}
    inner = element.kind.of.options if element.kind.of else element.kind.options
    if (record, key) in (("Step", "needs"), ("Step", "together"), ("Material", "shown"), ("Rework", "to")):
        return steps
    if (record, key) == ("Step", "result"):
        return {str(one.get("id")): str(one.get("name", "")) for one in around.entries("results") if one.get("id")}
    if (record, key) == ("Result", "holder"):
        return {str(one.get("id")): str(one.get("name", "")) for one in around.entries("parties") if one.get("id")}
    if (record, key) in CHOSEN and CHOSEN[record, key] in around.known:
        return {one.key: one.words for one in around.known[CHOSEN[record, key]]}
    if (record, key) == ("Step", "special"):
        return CHOICES["special"]
    words = CHOICES.get(key, {})
    return {one: words.get(one, one) for one in inner}


def _title_of_step(one: Mapping[str, Any]) -> str:
    return str(one.get("name") or process.NAMES.get(str(one.get("does", "")), one.get("id", "")))


def _suggested(record: str, key: str) -> str:
    """The list of suggestions for what is typed."""
    if key == "source":
        return "sources" if record == "Material" else "data"
    lists = {"issued_by": "departments", "by": "doers", "template": "files", "sample": "files", "licence": "licences"}
    return lists.get(key, "")


def _situations(value: Any, name: str, around: Around) -> tuple[Node, ...]:
    """One line of boxes for each question that may be asked, and for each outcome that a step may have."""
    chosen = value if isinstance(value, dict) else {}
    asked = {str(one.get("id")): (str(one.get("ask", "")), _texts(one.get("options"))) for one in around.entries("questions")}
    for step in around.entries("process"):
        if step.get("outcomes"):
            outcomes = {str(one): str(one) for one in step["outcomes"]} if isinstance(step["outcomes"], list) else {}
            asked[f"step.{step.get('id')}"] = (f"“{_title_of_step(step)}”的结果", outcomes)
    for gone in chosen:
        asked.setdefault(str(gone), (f"{gone}（已经没有这个问题）", {}))
    nodes = []
    for question, (ask, options) in asked.items():
        marked = chosen.get(question, [])
        several = [str(one) for one in marked] if isinstance(marked, list) else [str(marked)]
        ordered = {**{one: options[one] for one in several if one in options}, **options}
        nodes.append(Node("checks", f"{name}.{question}", "", ask, options=_marked(ordered, several)))
    return tuple(nodes)


def _texts(value: Any) -> dict[str, str]:
    return {str(key): str(words) for key, words in value.items()} if isinstance(value, dict) else {}


def _pairs(value: Any) -> tuple[Pair, ...]:
    return tuple(Pair(key, words) for key, words in _texts(value).items())


def suggestions(document: Mapping[str, Any], city: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, tuple[Pair, ...]]:
    """The lists of suggestions of a page: what the city knows, beside what the document itself uses."""
    doers = [*BY.items(), *((f"department:{key}", words) for key, words in city.get("departments", ()))]
    found = {name: tuple(Pair(*one) for one in many) for name, many in city.items()}
    parties = (
        [one for one in document.get("parties", []) if isinstance(one, dict)] if isinstance(document.get("parties"), list) else []
    )
    doers += [(f"applicant:{one.get('id')}", str(one.get("name", ""))) for one in parties]
    return {**found, "doers": tuple(Pair(*one) for one in doers)}


def text(document: Mapping[str, Any]) -> str:
    """The document as the JSON text that is kept."""
    return json.dumps(document, ensure_ascii=False)
