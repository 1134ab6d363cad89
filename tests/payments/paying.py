"""What tests of payments are built from: a bill, its payer, a gateway that runs, and the house's ear for callbacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from tests.standins.asking import Heard, ask, listener
from tests.standins.running import Running, running

from onevisit.access import SYSTEM, Actor
from onevisit.identity.models import Peer
from onevisit.payments import actions, queries
from onevisit.payments.models import Bill, PaymentOrder
from onevisit.payments.queries import BillView

BASIS = ({"law": "中华人民共和国契税法", "article": "第九条", "text": ""},)
PAYER = "11111111-1111-4111-8111-111111111111"


@dataclass
class World:
    """A gateway that runs and the house's ear, tied together."""

    gateway: Running
    house: Heard

    def said(self, order_id: str) -> dict[str, Any]:
        """What the gateway says of an order."""
        found: dict[str, Any] = ask(self.gateway, "GET", f"/orders/{order_id}").json()
        return found

    def press(self, url: str, act: str = "pay") -> httpx.Response:
        """A button of the hosted page."""
        return httpx.post(url, data={"act": act}, follow_redirects=True, timeout=10)

    def again(self, order_id: str) -> None:
        """The gateway takes the money once more."""
        httpx.post(f"{self.gateway.url}/control", data={"again": order_id})

    def refund(self, transaction: str) -> None:
        """The gateway gives a capture back."""
        order = next(o for o in orders() if any(m["transaction"] == transaction for m in self.said(o)["movements"]))
        httpx.post(f"{self.gateway.url}/control", data={"refund": transaction, "order": order})

    def hear(self) -> None:
        """Every callback that came is handed to the house, as the web process does."""
        calls, self.house.calls = self.house.calls, []
        for asked, _ in calls:
            actions.callback(asked.headers, asked.body)


@contextmanager
def world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A gateway that runs, known to the house as its peer, calling back to the house's ear."""
    with running("gateway", folder, settings.KEYS) as gateway, listener() as house:
        monkeypatch.setattr(settings, "BASE_URL", house.url.removesuffix("/payments/callback"))
        peer(gateway.port)
        gateway.set(pay="normal", callback="drop", query="normal", seconds="5")
        yield World(gateway, house)


def peer(port: int, name: str = "gateway") -> Peer:
    """The gateway's row."""
    return Peer.objects.create(
        name=name, title="支付平台", scheme="http", host="127.0.0.1", port=port, key_id=f"demo-{name}", private=True, demo=True,
        proposed_by="system", approved_by="system",
    )  # fmt: skip


def a_bill(amount: str = "28000.00", **other: Any) -> BillView:
    """An open bill of a case of its own."""
    new = {
        "case": str(uuid4()), "kind": "tax", "item": "deed-tax", "payee": "蚌埠市税务局（演示）", "payer": PAYER,
        "amount": Decimal(amount), "name": "契税", "basis": BASIS,
    }  # fmt: skip
    return actions.open_bill(SYSTEM, actions.NewBill(**{**new, **other}))


def payer(person: str = PAYER, *, fresh: bool = True) -> Actor:
    """The one who owes."""
    return Actor("22222222-2222-4222-8222-222222222222", "applicant", person=person, fresh=fresh)


def state(bill: BillView) -> str:
    """The bill's state now."""
    return queries.view(queries.row_of(bill.id)).state


def orders() -> list[str]:
    """The numbers of all orders, oldest first."""
    return [str(row.public_id) for row in PaymentOrder.objects.order_by("pk")]


def order_of(bill: BillView) -> PaymentOrder:
    """The newest order of a bill."""
    found = PaymentOrder.objects.filter(bill=Bill.objects.get(public_id=bill.id)).order_by("-pk").first()
    assert found is not None
    return found
