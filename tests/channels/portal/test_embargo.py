"""Embargo (公布以前不公开): nothing of what is written but not yet public is shown at any address that is open to all."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from tests.catalogue.test_documents import text
from tests.catalogue.town import NEAR, STANDARD, offered, small_city, small_pack

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.catalogue import actions, packs
from onevisit.catalogue.models import BaseItem, Item, Standard
from onevisit.channels.api import kept
from onevisit.channels.api.urls import api
from onevisit.channels.portal.urls import urlpatterns
from onevisit.ledger.actions import open_stream

KEY, BARE = "shop-permit", "bare-permit"
SECRET = "机密新要求"
WRITER, PUBLISHER = (Actor(str(uuid4()), "officer", grants=(Grant(role),)) for role in ("editor", "publisher"))
LISTS = ("/", "/lists", "/lists/once", "/lists/once.json", "/lists/once.csv", "/lists/once.xlsx", "/lists/once.pdf",
         "/lists/exceptions", "/themes/企业开办", f"/search?q={SECRET}", "/search?q=开小铺", "/search?q=待办许可",
         "/api/v1/items", f"/api/v1/items?division={NEAR}&theme=企业开办", "/api/v1/themes", f"/api/v1/search?q={SECRET}",
         "/api/v1/search?q=开小铺")  # fmt: skip
"""Pages that name items without a key in their address."""


def of_an_item() -> Iterator[str]:
    """Every open address with an item's key or code in it."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        if "<str:key>" in route and pattern.name not in ("start", "remark-made", "own-form", "own-form-word"):
            yield f"/{route}"
    for path in api.get_openapi_schema()["paths"]:
        if "{code}" in path:
            yield path.replace("{code}", "<str:key>")


ADDRESSES = sorted(of_an_item())


def address(route: str, key: str, name: str) -> str:
    return route.replace("<str:key>", key).replace("<str:name>", name) + f"?division={NEAR}"


def shown(path: str) -> tuple[int, str]:
    """The status, and all text of the answer whatever its format."""
    answer = Client().get(path)
    if answer.content.startswith(b"%PDF"):
        return answer.status_code, text(answer.content)
    if answer.content.startswith(b"PK"):
        archive = zipfile.ZipFile(BytesIO(answer.content))
        return answer.status_code, "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return answer.status_code, answer.content.decode()


@pytest.fixture(autouse=True)
def _town(db: None, tmp_path: Path, clock: Callable[[str], None]) -> Iterator[None]:
    clock("2026-03-02T10:00")
    small_city()
    offered(tmp_path)
    bare = {"type": "行政许可", "department_id": "market", "theme": ["企业开办"], "levels": ["county"], "words": ["待办许可"]}
    BaseItem.objects.create(key=BARE, name="待办许可", source="base_items.csv：示例", **bare)
    kept.forget()
    yield
    kept.forget()


def decided(word: str = SECRET) -> str:
    """A change that another person has decided, public tomorrow: the word stands in each of its parts."""
    draft = actions.begin(WRITER, KEY, "county")
    actions.attach(WRITER, draft.id, "secret.html", f"<h1>{word}</h1>".encode())
    actions.write(WRITER, draft.id, {**draft.document, **_parts(draft.document, word)}, None)
    actions.submit(WRITER, draft.id, f"{word}要改。")
    actions.publish(PUBLISHER, draft.id, datetime(2026, 3, 3, 9, tzinfo=settings.ZONE))
    return draft.id


def _parts(document: dict[str, Any], word: str) -> dict[str, Any]:
    law = [{"law": "示例小店法", "article": "第三条"}]
    materials = [*document["materials"], {
        "id": "secret", "name": f"{word}说明书", "basis": law, "form": {"kind": "copy", "copies": 1, "template": "secret.html"},
    }]  # fmt: skip
    return {
        "materials": materials,
        "conditions": [{"id": "grown", "text": f"您符合{word}", "basis": law}],
        "form": [*document["form"], {"id": "secret", "label": f"{word}编号"}],
        "faq": [{"q": f"{word}是什么？", "a": "明天公布。"}],
        "results": [{"id": "permit", "name": f"{word}许可证", "licence": "shop-permit", "sample": "permit.html"}],
    }


def test_there_are_addresses_to_look_at() -> None:
    assert len(ADDRESSES) >= 14
    assert {"/items/<str:key>/speech.txt", "/api/v1/items/<str:key>/speech", "/items/<str:key>/form.docx"} <= set(ADDRESSES)


@pytest.mark.parametrize("route", ADDRESSES)
def test_a_decided_change_is_nowhere_before_its_moment_and_there_from_then_on(route: str, clock: Callable[[str], None]) -> None:
    change = decided()
    status, said = shown(address(route, KEY, "permit.html"))
    assert status == 200
    assert SECRET not in said
    assert shown(address(route, KEY, "secret.html"))[0] == (404 if "<str:name>" in route else 200)
    clock("2026-03-03T09:00")
    assert actions.take_effect(SYSTEM, change)
    kept.forget()
    status, said = shown(address(route, KEY, "secret.html"))
    assert status == 200
    tells_little = route.endswith(("door.svg", "remark", "check", "/items/<str:key>")) and "guide" not in route
    assert SECRET in said or tells_little


@pytest.mark.parametrize("path", LISTS)
def test_no_list_nor_search_knows_of_it(path: str) -> None:
    Standard.objects.create(
        stream=open_stream("standard"), base_item=BaseItem.objects.get(key=BARE), level="county", version=1, state="draft",
        definition=packs.written(small_pack_of_bare()), text=SECRET, content_hash="0" * 64, pack="", promise="zero",
        decided_at=settings.CLOCK(),
    )  # fmt: skip
    decided()
    status, said = shown(path)
    assert status == 200
    assert SECRET not in said.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
    assert f"/items/{BARE}" not in said


def small_pack_of_bare() -> Any:
    """A whole definition, with the word in its name."""
    return packs.definition(packs.written(_written()))


def _written() -> Any:
    row = Standard.objects.get(state="published")
    return packs.definition(row.definition.replace("健康证明", SECRET))


@pytest.mark.parametrize("route", ADDRESSES)
@pytest.mark.parametrize("kind", ["without a guide", "with a draft only", "not offered any more"])
def test_an_item_that_has_nothing_in_force_has_no_address(route: str, kind: str) -> None:
    key = KEY if kind == "not offered any more" else BARE
    if kind == "with a draft only":
        actions.begin(WRITER, BARE, "county")
    if kind == "not offered any more":
        Item.objects.update(active=False, changed_at=settings.CLOCK())
    kept.forget()
    assert shown(address(route, key, "permit.html"))[0] == 404


def test_the_test_would_see_a_leak(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, small_pack(tmp_path / "new", STANDARD.replace("健康证明", SECRET)))
    kept.forget()
    seen = [route for route in ADDRESSES if SECRET in shown(address(route, KEY, "permit.html"))[1]]
    assert {"/items/<str:key>", "/items/<str:key>/guide.pdf", "/api/v1/items/<str:key>/guide"} <= set(seen)
