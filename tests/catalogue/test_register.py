"""The register by levels: what one level cancels, licenses or shares is neither lost nor lifted by what another says."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.catalogue.town import small_city, small_pack

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.catalogue import actions, packs, queries
from onevisit.catalogue.actions import Cancelled
from onevisit.catalogue.models import RegisterEntry
from onevisit.catalogue.packs import Pack
from onevisit.core.offers import CancelledProof, Register, SharedSource
from onevisit.ledger.models import Event
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
PUBLISHER = Actor(str(uuid4()), "officer", grants=(Grant("publisher"),))
OURS = Cancelled("无业证明", "本市", "可以查询社保", "shared:hr.employment")
STRUCK = "无业证明"


def higher(path: Path, name: str = "upper", by: str = "省政府", shared: Sequence[str] = ()) -> Pack:
    """A pack of a higher level that cancels the proof, with what these shared resources give."""
    gives = tuple(SharedSource(one, "人口基本信息", gives=(f"{name}所示",)) for one in shared)
    return replace(small_pack(path), name=name, register=Register(gives, cancelled=(CancelledProof(STRUCK, by),)))


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))


def cancelled() -> tuple[CancelledProof, ...]:
    return queries.register().cancelled


def test_what_a_higher_level_cancelled_stays_so_when_the_city_takes_its_own_back(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, higher(tmp_path))
    actions.cancel_proof(PUBLISHER, OURS)
    assert cancelled() == (CancelledProof(STRUCK, "本市", "shared:hr.employment"),)
    actions.restore_proof(PUBLISHER, STRUCK)
    assert cancelled() == (CancelledProof(STRUCK, "省政府", ""),)
    actions.restore_proof(PUBLISHER, STRUCK)
    assert [one.name for one in cancelled()] == [STRUCK]
    assert [one.name for one in queries.replied("无业证明去哪开")] == ["无业证明（已取消）"]


def test_what_the_city_decided_outlives_a_pack_that_is_published_again(tmp_path: Path) -> None:
    actions.cancel_proof(PUBLISHER, OURS)
    for _ in range(2):
        actions.publish_pack(SYSTEM, higher(tmp_path))
    assert RegisterEntry.objects.get(word=STRUCK, pack=RegisterEntry.CITY).facts["why"] == "可以查询社保"
    (reply,) = queries.replied("无业证明去哪开")
    assert "可以查询社保" in reply.text
    assert RegisterEntry.objects.filter(word=STRUCK).count() == 2


def test_of_two_packs_neither_takes_the_other_s_word_and_all_that_is_given_counts(tmp_path: Path) -> None:
    for name, by in (("one", "国务院"), ("two", "省政府")):
        actions.publish_pack(SYSTEM, higher(tmp_path, name, by, ("police.person",)))
    (only,) = cancelled()
    assert only.by == "国务院"
    (shared,) = [one for one in queries.register().shared if one.id == "police.person"]
    assert shared == SharedSource("police.person", "人口基本信息", "police", ("one所示", "居民身份证", "two所示"))


def test_the_ledger_knows_a_word_only_by_its_digest() -> None:
    actions.add_word(Actor(str(uuid4()), "officer", grants=(Grant("editor"),)), "shop-permit", "张三的小铺")
    stream = Event.objects.filter(kind="item.word-added").get().stream
    (event,) = events(stream.public_id)
    assert event.data == {"item": "shop-permit", "word": packs.digest({"word": "张三的小铺"})}
