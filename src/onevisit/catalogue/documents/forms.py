"""What a form says, whatever it is made into: the blank form (空白表), its filled sample (样表), a form that the pack brought.

Every guide offers both (GB/T 39046-2020 table 4); nobody types them, they come from the definition.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onevisit.access import Hidden
from onevisit.catalogue import packs, phrases
from onevisit.catalogue.documents import blocks
from onevisit.catalogue.documents.blocks import Block
from onevisit.catalogue.models import StandardFile
from onevisit.catalogue.queries import ItemView
from onevisit.core import situations, values
from onevisit.core.definition import Field, Question

BLANK, OWN, SAMPLE = "空白表", "已填上您的信息", "填写样表"
EMPTY = "　" * 8
SYSTEM = "由数据取得，不用填"
YES_NO = ("是", "否")
NOTHING: Mapping[str, str] = {}
NAME = re.compile(r"[\w-]{1,90}\.html?")
"""What a form or sample may be called: it stands in addresses and in the names of files that are downloaded."""
TOO_LARGE = f"文件超过{packs.SIZE // 1_000_000} MB。"
MOST_FILES = 50
"""Forms and samples of one revision."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a form: what is asked, what stands there, and what helps."""

    label: str
    value: str
    help: str = ""


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
    return drafted(item, name, bytes(row.content))


def drafted(item: ItemView, name: str, content: bytes) -> Brought:
    """The same of a file that stands in no version yet: as it would be read if it did."""
    read = blocks.blocks(content.decode("utf-8", "replace"))
    first = next((one for one in read if one.tag == "h1"), None)
    return Brought(**_paper(item, first.text if first else name, ""), blocks=tuple(one for one in read if one is not first))


def readable(name: str, content: bytes) -> str:
    """Why this can't be a blank form or a sample of a guide, to be read by who brought it; empty if it can."""
    if not NAME.fullmatch(name):
        return "文件名只能用汉字、字母、数字、下划线和短横线，最多90个字，并以.html结尾。"
    if len(content) > packs.SIZE:
        return TOO_LARGE
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "文件的编码不是UTF-8，请另存为UTF-8编码的网页文件。"
    if not any(one.text.strip() for one in blocks.blocks(text)):
        return "文件里没有读到文字，请换一份有内容的网页文件。"
    return ""
