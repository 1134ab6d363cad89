"""Looks at other sites: every hour, one after the other; what goes wrong with one is kept and does not end the round."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.catalogue.town import NEAR, STANDARD, offered, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, postings, queries
from onevisit.catalogue.models import Posting
from onevisit.identity.models import Peer

pytestmark = pytest.mark.django_db
OTHER = STANDARD.replace("key: shop-permit", "key: other-permit").replace("name: 小店经营许可\n", "name: 摊位经营许可\n")


@pytest.fixture(autouse=True)
def _shops(tmp_path: Path, clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:17")
    small_city()
    offered(tmp_path)
    actions.publish_pack(SYSTEM, small_pack(tmp_path / "other", OTHER))
    actions.offer(SYSTEM, "other-permit", NEAR)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The city's site answers with this content; what was asked for."""
    asked: list[str] = []

    def request(_method: str, address: str, **_more: Any) -> Any:
        asked.append(address)
        return SimpleNamespace(status=200, content=b"nothing")

    monkeypatch.setattr(postings.httpcore, "request", request)
    return asked


@pytest.fixture
def province(monkeypatch: pytest.MonkeyPatch, site: list[str]) -> Callable[[Any], None]:
    """The province's site answers with this document."""
    Peer.objects.create(name="province", title="省平台", host="x", port=443, key_id="x", demo=True)

    def says(document: Any) -> None:
        monkeypatch.setattr(postings.peers, "call", lambda *_a, **_k: SimpleNamespace(status=200, json=document))

    return says


def notes(place: str) -> list[str]:
    return list(Posting.objects.filter(place=place).order_by("pk").values_list("note", flat=True))


def test_what_was_not_found_is_looked_for_at_each_hourly_round(site: list[str], clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:17:30")
    assert actions.look_around(SYSTEM) == (0, 2)
    clock("2026-03-02T10:40")
    assert actions.look_around(SYSTEM) == (0, 0)
    clock("2026-03-02T11:17")
    assert actions.look_around(SYSTEM) == (0, 2)


def test_an_item_that_cannot_be_shown_is_kept_as_such_and_the_next_is_looked_at(
    site: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, gone = queries.item, queries.item("shop-permit", NEAR).code

    def item(code: str) -> queries.ItemView:
        if code == gone:
            raise queries.NoItem(code)
        return real(code)

    monkeypatch.setattr(postings.queries, "item", item)
    assert actions.look_around(SYSTEM) == (0, 2)
    assert len(site) == 1
    assert sorted(notes("portal")) == ["没有看到这一版（200）", "这一版现在没有公布出来，请看区划的参数是否齐全"]


def test_what_breaks_is_kept_and_the_next_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def request(*_args: Any, **_more: Any) -> Any:
        raise UnicodeError("label too long")

    monkeypatch.setattr(postings.httpcore, "request", request)
    assert actions.look_around(SYSTEM) == (0, 2)
    assert notes("portal") == ["查看时出错，已经记入日志"] * 2


@pytest.mark.parametrize("document", [["x"], "x", None, 3, {"content_hash": ["a"], "path": {"b": 1}}])
def test_an_odd_receipt_agrees_with_nothing(province: Callable[[Any], None], document: Any) -> None:
    province(document)
    assert actions.look_around(SYSTEM) == (0, 4)
    assert notes("province") == ["没有收下（200）"] * 2


def test_what_somebody_else_wrote_is_kept_as_far_as_there_is_room(
    province: Callable[[Any], None], clock: Callable[[str], None]
) -> None:
    province({"content_hash": "f" * 900, "path": "/\x00" + "长" * 900})
    actions.look_around(SYSTEM)
    row = Posting.objects.filter(place="province").latest("pk")
    assert (row.content_hash, row.address) == ("f" * 64, "/" + "长" * 499)
    item = queries.item("shop-permit", NEAR)
    province({"content_hash": item.content_hash, "path": "/" + "x" * 900})
    clock("2026-03-02T11:17")
    assert actions.look_around(SYSTEM)[0] == 1


def test_what_is_never_found_does_not_keep_the_others_waiting(
    site: list[str], monkeypatch: pytest.MonkeyPatch, clock: Callable[[str], None]
) -> None:
    monkeypatch.setattr(postings, "LOT", 1)
    for moment in ("2026-03-02T11:17", "2026-03-02T12:17"):
        clock(moment)
        actions.look_around(SYSTEM)
    assert len(set(site)) == 2
