"""Papers made from a definition: the guide on two A4 pages, the blank form, its filled sample, a pack's own forms, the door.

The printed guide is the same guide as on the page, with its revision, content hash and a QR code that leads back to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from pyhanko.pdf_utils.reader import PdfFileReader

from onevisit.access import Hidden
from onevisit.catalogue import guide, phrases
from onevisit.catalogue.models import StandardFile
from onevisit.catalogue.queries import ItemView
from onevisit.core import situations, values
from onevisit.core.definition import Field, Question
from onevisit.papers import render

PAGES = 2
"""What a printed guide may have (UX, printing)."""
FITS: Sequence[tuple[str, int]] = (("9.5pt", 99), ("8.5pt", 99), ("8pt", 6), ("7.5pt", 3), ("7pt", 0))
"""Sizes of type and numbers of common questions, tried until the guide fits its pages."""
LONG = 8000
"""A guide that is longer than this, written out, is not even tried in the largest type."""
EMPTY = "　" * 8
SYSTEM = "由数据取得，不用填"


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


def guide_pdf(item: ItemView, answers: Mapping[str, str]) -> bytes:
    """The guide for print: at most two A4 pages."""
    return _guide_pdf(guide.guide(item, answers), tuple(sorted(answers.items())))


@lru_cache(maxsize=64)
def _guide_pdf(told: guide.Guide, answers: tuple[tuple[str, str], ...]) -> bytes:
    where = urlencode({"division": told.division_code, **{f"q.{name}": answer for name, answer in answers}})
    laws: dict[str, list[str]] = {}
    for one in told.basis:
        laws.setdefault(one.law, []).append(one.article)
    shown = {
        "g": told,
        "laws": [Row(law, "、".join(filter(None, articles))) for law, articles in laws.items()],
        "sample": told.office_demo,
        "office": told.office_name,
        "qr": f"{settings.BASE_URL}/items/{told.key}?{where}",
    }
    for size, questions in FITS[1:] if len(repr(told)) > LONG else FITS:
        made = render.pdf("catalogue/guide.html", {**shown, "size": size, "faq": told.faq[:questions]})
        if pages(made) <= PAGES:
            break
    return made


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def blank_form(item: ItemView, answers: Mapping[str, str]) -> bytes:
    """The form to be filled in by hand (空白表): the questions, then the fields that the situation asks for."""
    return _form(item, answers, "空白表")


def sample_form(item: ItemView, answers: Mapping[str, str]) -> bytes:
    """The same form filled in with invented values that say so (样表)."""
    return _form(item, answers, "填写样表")


def _form(item: ItemView, answers: Mapping[str, str], title: str) -> bytes:
    filled = title != "空白表"
    asked = [_asked(one, answers, filled) for one in situations.asked(item.definition, answers)]
    fields = [_row(one, filled) for one in values.fields(item.definition, answers) if not one.source.startswith("rule:")]
    shown = {
        "name": f"{item.name}申请表", "title": title, "asked": asked, "fields": fields, "sample": item.office_demo or filled,
        "office": item.office_name, "version": item.version, "content_hash": item.content_hash,
        "note": phrases.basis(item.definition.item.basis),
    }  # fmt: skip
    return render.pdf("catalogue/form.html", shown)


def _asked(one: Question, answers: Mapping[str, str], filled: bool) -> Row:
    """A question with a box before each option; the answered one is ticked, in a sample the first."""
    chosen = answers.get(one.id) or (next(iter(one.options)) if filled else "")
    boxes = "　".join(f"{'☑' if key == chosen else '□'}{words}" for key, words in one.options.items())
    return Row(one.ask, boxes, one.help)


def _row(one: Field, filled: bool) -> Row:
    label = f"{one.label}（{one.unit}）" if one.unit else one.label
    if not values.is_typed(one):
        return Row(label, SYSTEM, one.help)
    if filled:
        return Row(label, phrases.example(one), one.help)
    return Row(label, "　".join(f"□{words}" for words in one.options.values()) or EMPTY, one.help)


def attached(item: ItemView, name: str) -> bytes:
    """A blank form or sample that the definition names, as the pack brought it, for print; raises `Hidden` if it names none."""
    row = StandardFile.objects.filter(standard=item.standard_id, name=name).first()
    if row is None:
        raise Hidden(name)
    reader = _Plain()
    reader.feed(bytes(row.content).decode("utf-8", "replace"))
    heading = next((one.text for one in reader.blocks if one.tag == "h1"), name)
    blocks = [one for one in reader.blocks if one.text != heading]
    shown = {"name": heading, "blocks": blocks, "sample": item.office_demo, "office": item.office_name, "version": item.version}
    return render.pdf("catalogue/attached.html", shown)


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


def door_svg(visits: int) -> str:
    """The door (门) as a drawing of its own: shut for no visit, open for one, with the number of visits in it."""
    return render_to_string("papers/door.html", {"visits": visits})
