"""What tests of deliveries are built from: a delivery, its owner and clerk, a running courier, the house's ear for callbacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from standins.signing import Asked
from tests.standins.asking import Heard, ask, listener
from tests.standins.running import Running, running

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.deliveries import actions, queries
from onevisit.deliveries.models import Parcel
from onevisit.deliveries.queries import Address, DeliveryView
from onevisit.identity.models import Peer
from onevisit.ledger import queries as ledger

OWNER = "11111111-1111-4111-8111-111111111111"
OFFICE = {"division": "340302000000", "department": "police"}
HOME = Address("张晓月", "15400000001", "蚌埠市龙子湖区示例路1号2幢301室")


@dataclass
class World:
    """A courier that runs and the house's ear, tied together."""

    courier: Running
    house: Heard

    def press(self, of: DeliveryView, state: str) -> None:
        """The courier's clerk moves the newest parcel of a delivery by hand."""
        data = {"parcel": str(parcel_of(of).public_id), "state": state}
        assert httpx.post(f"{self.courier.url}/control", data=data).status_code == 303

    def said(self, of: DeliveryView) -> dict[str, Any]:
        """What the courier says of the newest parcel."""
        found: dict[str, Any] = ask(self.courier, "GET", f"/parcels/{parcel_of(of).public_id}").json()
        return found

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
def courier_process(tmp_path_factory: pytest.TempPathFactory, _own_folders: None) -> Iterator[Running]:
    """A courier that runs."""
    with running("courier", tmp_path_factory.mktemp("courier"), settings.KEYS) as it:
        yield it


@pytest.fixture
def posting(committed: object, courier_process: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The courier, known to the house as its peer, moved by hand, calling back to the house's ear where it is told to."""
    with listener() as house:
        monkeypatch.setattr(settings, "BASE_URL", house.url.removesuffix("/payments/callback"))
        peer(courier_process.port)
        courier_process.set(road="hand", answer="normal", callback="drop", seconds="0")
        yield World(courier_process, house)


def peer(port: int, name: str = "courier") -> Peer:
    """The courier's row."""
    return Peer.objects.create(
        name=name, title="快递", scheme="http", host="127.0.0.1", port=port, key_id=f"demo-{name}", private=True, demo=True,
        proposed_by="system",
    )  # fmt: skip


def new(kind: str = "courier", **other: Any) -> actions.NewDelivery:
    """A licence that is to reach its owner, of a case of its own."""
    plain = {
        "case": str(uuid4()), "step": "deliver", "kind": kind, "to": OWNER, "item": "driving", "what": "机动车驾驶证1本",
        "office": "龙子湖区公安分局（演示）", **OFFICE, "address": HOME,
    }  # fmt: skip
    return actions.NewDelivery(**{**plain, **other})


def a_delivery(kind: str = "courier", **other: Any) -> DeliveryView:
    """The same, sent."""
    return actions.send(SYSTEM, new(kind, **other))


def owner(person: str = OWNER) -> Actor:
    """To whom it goes."""
    return Actor("22222222-2222-4222-8222-222222222222", "applicant", person=person)


def clerk(*cases: str) -> Actor:
    """A window clerk of the office, who holds these cases."""
    grants = (Grant("window", **OFFICE),)
    return Actor("33333333-3333-4333-8333-333333333333", "officer", grants=grants, holds=frozenset(cases), via="workbench")


def now(of: DeliveryView) -> DeliveryView:
    """The delivery as it stands."""
    return queries.delivery(SYSTEM, of.id)


def parcel_of(of: DeliveryView) -> Parcel:
    """The newest parcel of a delivery."""
    found = Parcel.objects.filter(delivery__public_id=of.id).order_by("-pk").first()
    assert found is not None
    return found


def events(of: DeliveryView) -> list[str]:
    """What its stream tells, without the room's name."""
    stream = str(queries.row_of(of.id).stream.public_id)
    return [event.kind.removeprefix("delivery.") for event in ledger.events(stream)]
