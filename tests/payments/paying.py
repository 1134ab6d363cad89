"""What tests of payments are built from: a bill, its payer, a gateway that runs, and the house's ear for callbacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from standins.signing import Asked
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
        assert httpx.post(f"{self.gateway.url}/control", data={"again": order_id}).status_code == 303

    def refund(self, transaction: str) -> None:
        """The gateway gives a capture back."""
        order = next(o for o in orders() if any(m["transaction"] == transaction for m in self.said(o)["movements"]))
        done = httpx.post(f"{self.gateway.url}/control", data={"refund": transaction, "order": order})
        assert done.status_code == 303

    def hear(self, count: int = 1) -> None:
        """`count` callbacks are waited for and handed to the house, as the web process does."""
        for asked, _ in self.calls(count):
            actions.callback(asked.headers, asked.body)

    def calls(self, count: int) -> list[tuple[Asked, dict[str, Any]]]:
        """The next callbacks, in the order in which they came."""
        deadline = monotonic() + 8
        while len(self.house.calls) < count:
            assert monotonic() < deadline, "no callback came"
            sleep(0.02)
        taken, self.house.calls[:] = self.house.calls[:count], self.house.calls[count:]
        return taken


@pytest.fixture(scope="session")
def gateway_process(tmp_path_factory: pytest.TempPathFactory, _own_folders: None) -> Iterator[Running]:
    """A gateway that runs."""
    with running("gateway", tmp_path_factory.mktemp("gateway"), settings.KEYS) as it:
        yield it


@pytest.fixture
def paying(committed: object, gateway_process: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The gateway, known to the house as its peer, calling back to the house's ear."""
    with listener() as house:
        monkeypatch.setattr(settings, "BASE_URL", house.url.removesuffix("/payments/callback"))
        peer(gateway_process.port)
        gateway_process.set(pay="normal", callback="drop", query="normal", seconds="5")
        yield World(gateway_process, house)


def peer(port: int, name: str = "gateway") -> Peer:
    """The gateway's row."""
    return Peer.objects.create(
        name=name, title="支付平台", scheme="http", host="127.0.0.1", port=port, key_id=f"demo-{name}", private=True, demo=True,
        proposed_by="system",
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
