"""One guide everywhere (办事指南同源): page, print, forms, API and spoken text bear one hash; one word more changes them all."""

from collections.abc import Callable, Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from docx import Document
from pyhanko.pdf_utils.reader import PdfFileReader
from tests.catalogue import shelf
from tests.catalogue.test_documents import text
from tests.catalogue.town import NEAR, STANDARD, offered, small_city

from onevisit.catalogue import documents, guide, queries
from onevisit.catalogue.models import Item, RegisterEntry
from onevisit.catalogue.queries import ItemView
from onevisit.channels.api import kept
from onevisit.city.models import Department, DepartmentOffice, Division, Hall
from onevisit.core import situations


@pytest.fixture(autouse=True)
def _nothing_kept(db: None) -> None:
    kept.forget()


def places(item: ItemView) -> Mapping[str, str]:
    """The addresses at which the guide, or a form of it, is had."""
    page, api, here = f"/items/{item.key}", f"/api/v1/items/{item.key}", f"?division={item.division_code}"
    return {
        "page": f"{page}{here}", "print": f"{page}/guide.pdf{here}", "form": f"{page}/form.pdf{here}",
        "word": f"{page}/form.docx{here}", "sample": f"{page}/sample.docx{here}", "spoken": f"{page}/speech.txt{here}",
        "api": f"{api}{here}", "api-guide": f"{api}/guide{here}", "api-speech": f"{api}/speech{here}",
    }  # fmt: skip


def pdf(content: bytes) -> tuple[str, str]:
    info = PdfFileReader(BytesIO(content)).trailer_view["/Info"]
    return text(content), str(info["/Keywords"])


def word(content: bytes) -> tuple[str, str]:
    document = Document(BytesIO(content))
    return document.sections[0].footer.paragraphs[0].text, document.core_properties.keywords


def json(content: bytes) -> tuple[str, str]:
    return content.decode(), content.decode()


OWN: Mapping[Any, dict[str, str]] = {
    DepartmentOffice: {"department": "market", "division__code": NEAR}, Division: {"code": NEAR}, Department: {"id": "police"},
}  # fmt: skip
"""Which row of a table the guide of the near county speaks of."""
READ: Mapping[str, Callable[[bytes], tuple[str, str]]] = {
    "print": pdf, "form": pdf, "word": word, "sample": word, "spoken": lambda content: ("".join(content.decode().split()), ""),
}  # fmt: skip
"""What is shown, and what a machine reads of it, by place."""


def said(item: ItemView, only: Collection[str] = ()) -> dict[str, tuple[str, str]]:
    """What each place shows and what it says to machines."""
    browser, found = Client(), {}
    for name, path in places(item).items():
        if not only or name in only:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            found[name] = READ.get(name, json)(answer.content)
    return found


def hottest(item: ItemView) -> dict[str, str]:
    """The answers that make the guide longest, question by question."""
    answers: dict[str, str] = {}
    while not situations.complete(item.definition, answers):
        question = next(one for one in situations.asked(item.definition, answers) if one.id not in answers)
        tried = [{**answers, question.id: option} for option in question.options]
        answers = max(tried, key=lambda one: len(repr(guide.guide(item, one))))
    return answers


def test_every_standard_is_looked_at() -> None:
    assert len(list(settings.PACKS.glob("*/standards/*.yaml"))) >= 31
    assert {path.parent.parent.name for path in settings.PACKS.glob("*/standards/*.yaml")} == set(shelf.PACKS)


@pytest.mark.parametrize("pack", shelf.PACKS)
def test_the_hash_is_the_same_wherever_the_guide_stands_and_two_pages_hold_it(pack: str) -> None:
    shelf.furnish()
    for nth, item in enumerate(shelf.offered(pack)):
        places_of_it = {name for name in places(item) if nth == 0 or name != "form"}
        for name, (shown, told) in said(item, places_of_it).items():
            assert item.content_hash[:12] in shown, (item.key, name)
            assert name == "spoken" or item.content_hash in told, (item.key, name)
        for answers in ({}, hottest(item)):
            assert documents.pages(documents.guide_pdf(item, answers)) <= 2, (item.key, answers)


def test_one_word_more_changes_every_hash(tmp_path: Path) -> None:
    small_city()
    before = said(offered(tmp_path))
    after = offered(tmp_path, STANDARD.replace("text: 您已满十八周岁", "text: 您已经满十八周岁"))
    kept.forget()
    assert after.division_code == NEAR
    old = before["api"][0].partition('"content_hash":"')[2][:64]
    assert len(old) == 64
    for name, (shown, told) in said(after).items():
        assert old[:12] not in shown + told, name
        assert after.content_hash[:12] in shown, name
        assert before[name] != (shown, told), name


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        (DepartmentOffice, {"name": "近山县市场局"}),
        (DepartmentOffice, {"phone": "0552-0000009"}),
        (Hall, {"address": "示例路2号"}),
        (Division, {"name": "近山区"}),
        (Item, {"code": "11349900DEM000002X0000000000001"}),
        (RegisterEntry, {"name": "人口信息"}),
        (Department, {"name": "公安局（改名）"}),
    ],
)
def test_what_lies_outside_of_the_definition_is_in_the_hash_too(tmp_path: Path, table: Any, changed: dict[str, str]) -> None:
    small_city()
    before = offered(tmp_path)
    table.objects.filter(**OWN.get(table, {})).update(**changed)
    after = queries.item("shop-permit", NEAR)
    assert after.content_hash != before.content_hash
    assert guide.guide(after, {}) != guide.guide(before, {})


def test_an_earlier_text_that_is_published_again_is_a_guide_of_its_own(tmp_path: Path) -> None:
    small_city()
    first = offered(tmp_path)
    guide.guide(first, {})
    offered(tmp_path, STANDARD.replace("text: 您已满十八周岁", "text: 您已经满十八周岁"))
    again = offered(tmp_path)
    assert first.content_hash == again.content_hash
    assert (guide.guide(again, {}).version, guide.guide(again, {}).published_at) == (3, again.published_at)
