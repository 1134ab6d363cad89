"""What a form says, whatever it is made into: the blank form (空白表), its filled sample (样表), a form that the pack brought.

Every guide offers both (GB/T 39046-2020 table 4); nobody types them, they come from the definition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from onevisit.access import Hidden
from onevisit.catalogue import phrases
from onevisit.catalogue.models import StandardFile
from onevisit.catalogue.queries import ItemView
from onevisit.core import situations, values
from onevisit.core.definition import Field, Question

BLANK, OWN, SAMPLE = "空白表", "已填上您的信息", "填写样表"
EMPTY = "　" * 8
SYSTEM = "由数据取得，不用填"
YES_NO = ("是", "否")
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a form: what is asked, what stands there, and what helps."""

    label: str
    value: str
    help: str = ""


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list or table of a pack's form: plain text in `cells`, row by row."""

    tag: str
    cells: list[list[str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it in one line."""
        return "".join(cell for row in self.cells for cell in row)


@dataclass(frozen=True)
class Paper:
    """What every form has: its name, of which revision of the guide it is, and whether it is only an example."""

    name: str
    title: str
    item: str
    office: str
    version: int
    content_hash: str
    sample: bool

    @property
    def mark(self) -> str:
        """What stands at the foot of each page."""
        title = f"（{self.title}）" if self.title else ""
        return f"{self.name}{title}　第{self.version}版　内容校验{phrases.short(self.content_hash)}"


@dataclass(frozen=True)
class Sheet(Paper):
    """The application form of an item: the questions of the situation, then what is to be filled in."""

    asked: tuple[Row, ...]
    fields: tuple[Row, ...]
    note: str


@dataclass(frozen=True)
class Brought(Paper):
    """A form or sample that the pack brought, as plain text in blocks."""

    blocks: tuple[Block, ...]


def blank(item: ItemView, answers: Mapping[str, str], own: Mapping[str, str] = NOTHING) -> Sheet:
    """The form to be filled in by hand: questions, then the situation's fields; `own`: what stands in a field already."""
    asked = [_asked(one, answers.get(one.id, "")) for one in _questions(item, answers)]
    return _sheet(item, OWN if own else BLANK, asked, [_row(one, own.get(one.id, "")) for one in _fields(item, answers)])


def sample(item: ItemView, answers: Mapping[str, str]) -> Sheet:
    """The same form filled in with invented values that say so."""
    asked = [_asked(one, answers.get(one.id) or next(iter(one.options))) for one in _questions(item, answers)]
    return _sheet(item, SAMPLE, asked, [_row(one, phrases.example(one)) for one in _fields(item, answers)])


def _sheet(item: ItemView, title: str, asked: Sequence[Row], fields: Sequence[Row]) -> Sheet:
    return Sheet(
        **_paper(item, f"{item.name}申请表", title), asked=tuple(asked), fields=tuple(fields),
        note=phrases.basis(item.definition.item.basis),
    )  # fmt: skip


def _paper(item: ItemView, name: str, title: str) -> dict[str, Any]:
    return {
        "name": name, "title": title, "item": item.name, "office": item.office_name, "version": item.version,
        "content_hash": item.content_hash, "sample": item.office_demo or title == SAMPLE,
    }  # fmt: skip


def _questions(item: ItemView, answers: Mapping[str, str]) -> tuple[Question, ...]:
    return tuple(situations.asked(item.definition, answers))


def _fields(item: ItemView, answers: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(one for one in values.fields(item.definition, answers) if not one.source.startswith("rule:"))


def _asked(one: Question, chosen: str) -> Row:
    """A question with a box before each option; the answered one is ticked."""
    return Row(one.ask, _boxes(tuple(one.options.values()), [one.options.get(chosen, "")]), one.help)


def _row(one: Field, text: str) -> Row:
    """A field with what stands in it; what the city fetches is not asked."""
    label = f"{one.label}（{one.unit}）" if one.unit else one.label
    if not values.is_typed(one):
        return Row(label, SYSTEM, one.help)
    options = YES_NO if one.type == "yes_no" else tuple(one.options.values())
    inner = f"每一条写明：{'、'.join(part.label for part in one.fields)}。" if one.fields else ""
    value = _boxes(options, text.split("、")) if options else text or EMPTY
    return Row(label, value, f"{one.help}{inner}")


def _boxes(options: Sequence[str], chosen: Sequence[str]) -> str:
    return "　".join(f"{'☑' if words in chosen else '□'}{words}" for words in options)


def brought(item: ItemView, name: str) -> Brought:
    """A blank form or sample that the definition names, as the pack brought it; raises `Hidden` if it names none."""
    row = StandardFile.objects.filter(standard=item.standard_id, name=name).first() if name.isprintable() else None
    if row is None:
        raise Hidden(name)
    reader = _Plain()
    reader.feed(bytes(row.content).decode("utf-8", "replace"))
    heading = next((one.text for one in reader.blocks if one.tag == "h1"), name)
    return Brought(**_paper(item, heading, ""), blocks=tuple(one for one in reader.blocks if one.text != heading))


class _Plain(HTMLParser):
    """A pack's form as text in a few kinds of blocks; whatever else it holds stays behind (texts are data)."""

    LISTS = frozenset({"ol", "ul", "table"})
    LINES = frozenset({"h1", "h2", "p"})
    UNSEEN = frozenset({"head", "script", "style", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._unseen = 0
        self._open: Block | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A block begins, or a row or cell of it."""
        if tag in self.UNSEEN:
            self._unseen += 1
        elif tag in self.LISTS or (tag in self.LINES and self._open is None):
            self._open = Block(tag, [] if tag in self.LISTS else [[""]])
            self.blocks.append(self._open)
        elif self._open and tag in ("li", "tr"):
            self._open.cells.append([""] if tag == "li" else [])
        elif self._open and self._open.cells and tag in ("th", "td"):
            self._open.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """A block ends."""
        if tag in self.UNSEEN:
            self._unseen -= 1
        elif self._open and tag == self._open.tag:
            self._open = None

    def handle_data(self, data: str) -> None:
        """Text goes into the newest cell."""
        if not self._unseen and self._open and self._open.cells and self._open.cells[-1]:
            self._open.cells[-1][-1] += data.strip("\n")
