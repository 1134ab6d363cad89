"""T09 over the real web process: a gateway's callbacks as they come, true and forged, at the address that the house gives out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from tests.living import City
from tests.payments.paying import World, a_bill, payer, state

from onevisit.payments import actions, queries
from onevisit.payments.models import Movement

FORGED = ("forge_amount", "forge_payee", "forge_order", "unsigned", "bad_signature")


@pytest.fixture
def web(committed: Any, paying: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The web process on the database of this test, with the gateway's key; orders name its address."""
    city = City(tmp_path, dict(committed.environment))
    city.environment["ONEVISIT_KEYS"] = str(settings.KEYS)
    monkeypatch.setattr(settings, "BASE_URL", city.url)
    try:
        city.start("web")
        yield city
    finally:
        city.stop()


def test_the_web_takes_a_true_callback_and_no_forged_one(web: City, paying: World) -> None:
    for mode in FORGED:
        paying.gateway.set(callback=mode)
        bill = a_bill()
        paying.press(actions.start(payer(), bill.id).url)
        web.wait_for(lambda mode=mode: _refused(paying) >= FORGED.index(mode) + 1, f"the refusal of {mode}", 15)
        assert state(bill) == "open"
    assert not Movement.objects.exists()
    paying.gateway.set(callback="double")
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    web.wait_for(lambda: state(bill) == "paid", "the payment", 15)
    assert queries.bill(payer(), bill.id).owed_back == 0
    assert Movement.objects.count() == 1


def test_a_stranger_who_calls_gets_a_refusal_and_no_detail(web: City) -> None:
    answer = httpx.post(f"{web.url}/payments/callback", json={"order": "x"})
    assert 400 <= answer.status_code < 500
    assert httpx.get(f"{web.url}/payments/callback").status_code == 405


def _refused(paying: World) -> int:
    """How many callbacks the gateway was told not to repeat."""
    page = httpx.get(f"{paying.gateway.url}/control").text
    return page.count("被拒绝")
