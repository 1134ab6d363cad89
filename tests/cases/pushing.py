"""What tests of pushed cases are built from: the driving licence's pack, a police that runs, a province, people with licences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic, sleep

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.conftest import all_agree
from tests.conftest import Committed
from tests.payments.paying import World, peer
from tests.standins.asking import Heard, listener
from tests.standins.running import Running, running

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, follow, invariants, pushed, queries
from onevisit.cases.models import Case, Task
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.city.models import DepartmentOffice, Division
from onevisit.identity import actions as identity
from onevisit.identity.models import Peer
from onevisit.ledger.models import Event
from onevisit.licences import actions as licences
from onevisit.licences import queries as library
from onevisit.licences.packs import read as licence_types
from onevisit.payments import actions as payments
from onevisit.payments.queries import bills_of_case
from onevisit.settings import PACKS
from onevisit.sharing import actions as sharing
from onevisit.sharing.models import Errand

KEY = "driving-licence-renewal"
CALM = {
    "decide": "book", "pace": "seconds", "clock": "now", "paper": "given", "answer": "normal", "callback": "drop", "seconds": "0",
}  # fmt: skip


@dataclass
class Police:
    """The police's system that runs, and the house's ear for what it tells by itself."""

    running: Running
    house: Heard

    def set(self, **chosen: str) -> None:
        """What its control page is set to."""
        self.running.set(**chosen)

    def hear(self) -> None:
        """The next thing that it tells is waited for and handed to the house, as the web process does."""
        deadline = monotonic() + 8
        while not self.house.calls:
            assert monotonic() < deadline, "no callback came"
            sleep(0.02)
        asked, _ = self.house.calls.pop(0)
        pushed.callback(asked.headers, asked.body)


@pytest.fixture(scope="session")
def police_process(tmp_path_factory: pytest.TempPathFactory, _own_folders: None) -> Iterator[Running]:
    """A police that runs."""
    with running("police", tmp_path_factory.mktemp("police"), settings.KEYS) as it:
        yield it


def offer_renewal() -> None:
    """The near county takes renewals of driving licences."""
    place = Division.objects.get(code=ground.NEAR)
    DepartmentOffice.objects.create(
        department_id="police", division=place, name="近山县公安局（示例）", credit_code="11349901DM0000909C", demo=True
    )
    pack = packs.load(PACKS / KEY)
    sharing.load_pack(SYSTEM, pack)
    for new in licence_types(PACKS / KEY / "licences.yaml"):
        licences.define(SYSTEM, new, ground.NEAR)
    catalogue.publish_pack(SYSTEM, pack)
    catalogue.offer(SYSTEM, KEY, ground.NEAR)


@pytest.fixture
def police(
    committed: Committed, province_process: Running, police_process: Running, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Police]:
    """A small city that takes renewals, a province and a police that answer; commits are real."""
    with listener() as house:
        monkeypatch.setattr(settings, "BASE_URL", house.url.removesuffix("/payments/callback"))
        ground.small_city()
        offer_renewal()
        identity.found_demo_peer("province", "省数据共享平台（演示）", province_process.port)
        identity.found_demo_peer("police", "公安业务系统（演示）", police_process.port)
        province_process.set(mode="normal", seconds="5", resource="")
        police_process.set(**CALM)
        yield Police(police_process, house)


def hand_back(holder: Actor, number: str = "演示驾证340300900001", until: str = "2026-04-20") -> str:
    """The licence that somebody has already; its id."""
    since = datetime(2020, 4, 20, 9, tzinfo=settings.ZONE)
    foreign = licences.Foreign(number, since, since.date(), date.fromisoformat(until))
    new = licences.NewLicence(
        case="", decision="", type="driving-licence", holder=holder.person, holder_name="演示", office="演示",
        division=ground.NEAR, data={"class": "C1"}, foreign=foreign,
    )  # fmt: skip
    return licences.enter(SYSTEM, new).id


def a_filed(holder: Actor, issued: str = "here") -> str:
    """A renewal of somebody who has a licence, filed and followed as far as it goes; its id."""
    if library.to_replace(holder.person, "driving-licence") is None:
        hand_back(holder)
    view = actions.start(holder, KEY, ground.NEAR, {"issued": issued})
    actions.save(holder, view.id, {"phone": "15400000035"})
    filed = follow.file(holder, view.id)
    if filed.stage == "received":  # a source took longer than a request waits: the worker asks again
        go_on(filed.id)
    return filed.id


def go_on(case: str) -> None:
    """Whatever waits is looked after now."""
    Task.objects.filter(case__public_id=case).update(next_try_at=None)
    follow.follow(case)


def until(case: str, stage: str, seconds: float = 10) -> None:
    """The case is asked about until it is so far."""
    deadline = monotonic() + seconds
    while ground.row(case).stage != stage:
        assert monotonic() < deadline, (ground.row(case).stage, alarms())
        sleep(0.05)
        go_on(case)


def paid(holder: Actor, case: str, gateway: World) -> None:
    """The fee is paid at the gateway, and the case goes on."""
    (bill,) = bills_of_case(case)
    gateway.press(payments.start(holder, bill.id).url)
    payments.settle(bill.id)
    follow.pay(bills_of_case(case)[0])


def waiting(case: str) -> str:
    """For whom the case waits."""
    return queries.view(Case.objects.get(public_id=case)).waiting_for


def alarms() -> list[str]:
    """What somebody was alarmed about."""
    return [str(one.data["code"]) for one in Event.objects.filter(kind="errand.alarm").order_by("pk")]


def errand(case: str, step: str = "decide") -> Errand:
    """The errand of a step."""
    return Errand.objects.get(case=case, step=step)


def rest_over() -> None:
    """The house calls its partners again at once, whatever failed before."""
    Peer.objects.update(failures=0, closed_until=None)


def broken() -> list[str]:
    """What in the database contradicts what must hold of cases."""
    all_agree()
    return [f"{one.number}: {found}" for one in invariants.INVARIANTS for found in one.check()]


@pytest.fixture
def deng(police: Police) -> Actor:
    """Somebody whose driving licence comes to its end, and who has had himself examined."""
    return ground.person("deng-hao")


@pytest.fixture
def gateway(police: Police, gateway_process: Running) -> World:
    """A gateway that takes the fee."""
    peer(gateway_process.port)
    gateway_process.set(pay="normal", callback="drop", query="normal", seconds="5")
    return World(gateway_process, police.house)
