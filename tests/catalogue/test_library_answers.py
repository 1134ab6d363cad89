"""What a library may answer: texts that fit their fields, page by page, in time; anything else is told and changes nothing."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.catalogue.town import offered, small_city

from onevisit.access import Actor, Grant, Refused
from onevisit.catalogue import actions, library
from onevisit.catalogue.actions import mastering
from onevisit.catalogue.library import Differs
from onevisit.catalogue.models import MasterChange
from onevisit.identity import peers
from onevisit.identity.peers import PeerAnswer, PeerDown

pytestmark = pytest.mark.django_db
EDITOR = Actor(str(uuid4()), "officer", grants=(Grant("editor"),))
SHOP = {"key": "shop-permit", "name": "小店经营许可", "legal_days": "15"}


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    small_city()
    offered(tmp_path)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the library answer with these documents, one after another, the last for ever."""

    def with_(*documents: Any, status: int = 200) -> list[float]:
        waits: list[float] = []

        def call(*_: Any, timeout: float = 10.0, **__: Any) -> PeerAnswer:
            waits.append(timeout)
            return PeerAnswer(status, documents[min(len(waits), len(documents)) - 1], b"", {})

        monkeypatch.setattr(peers, "call", call)
        return waits

    return with_


def test_what_fits_is_noted(answering: Any) -> None:
    answering({"items": [{**SHOP, "unknown": 7, "basis": "?"}], "next": "shop-permit"}, {"items": [], "next": ""})
    assert actions.pull(EDITOR) == 1
    assert [(one.field, one.theirs) for one in library.changes()] == [("legal_days", "15")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"legal_days": 15}, {"legal_days": "十"}, {"legal_days": "3651"}, {"legal_days": "-1"}, {"legal_days": "１５"},
        {"code": "NOT-A-CODE"}, {"name": "名" * 301}, {"name": ["x"]}, {"type": "型" * 41}, {"basis": "法" * 501},
        {"name": "a\0b"}, {"name": "a\ud800"}, {"department": {}}, {"handling": "soon"}, {"key": "键" }, {"key": "k" * 41},
        {"key": None}, {"key": 5},
    ],
)  # fmt: skip
def test_an_item_that_can_t_be_is_told_and_nothing_is_noted(answering: Any, wrong: dict[str, Any]) -> None:
    answering({"items": [SHOP, {**SHOP, **wrong}], "next": ""})
    with pytest.raises(Refused, match="省级事项库的回答不对") as told:
        actions.pull(EDITOR)
    str(told.value).encode()
    assert not MasterChange.objects.exists()


@pytest.mark.parametrize(
    "document",
    [None, [], "x", {}, {"items": []}, {"items": {}, "next": ""}, {"items": ["x"], "next": ""}, {"items": [], "next": 5}],
)
def test_an_answer_of_another_shape_is_no_answer(answering: Any, document: Any) -> None:
    answering(document)
    with pytest.raises(Refused, match="不是事项清单"):
        actions.pull(EDITOR)


def test_an_answer_that_says_no_is_no_list(answering: Any) -> None:
    answering({"items": [], "next": ""}, status=404)
    with pytest.raises(Refused, match="404"):
        actions.pull(EDITOR)


def test_pages_end_and_so_does_the_time_for_them(answering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answering({"items": [], "next": "x"})
    with pytest.raises(Refused, match="没有尽头"):
        actions.pull(EDITOR)
    moments = iter([0.0, 0.0, 12.0, 20.5])
    monkeypatch.setattr(library, "monotonic", lambda: next(moments))
    waits = answering({"items": [], "next": "a"}, {"items": [], "next": "b"})
    with pytest.raises(PeerDown, match="timeout"):
        actions.pull(EDITOR)
    assert waits == [20.0, 8.0]


@pytest.mark.parametrize(("field", "theirs"), [("legal_days", "十"), ("legal_days", "99999"), ("code", "x"), ("type", "型" * 50)])
def test_nor_is_a_difference_noted_that_can_t_be(field: str, theirs: str) -> None:
    with pytest.raises(Refused, match="shop-permit"):
        mastering.note(EDITOR, (Differs("shop-permit", field, "province", "", theirs),))
    assert not MasterChange.objects.exists()
