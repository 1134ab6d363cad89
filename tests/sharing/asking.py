"""What tests of sharing are built from: a province that runs, the deed-tax pack's resources, some people of the demo."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from tests.standins.running import Running, running

from onevisit.access import SYSTEM, Actor
from onevisit.catalogue import packs
from onevisit.city.models import Department
from onevisit.identity import actions as identity
from onevisit.identity import queries as known
from onevisit.identity.models import Peer
from onevisit.settings import PACKS
from onevisit.sharing import actions
from onevisit.sharing.queries import Inquired

ITEM = "deed-tax"


@dataclass
class Province:
    """The province that runs, and the people of the demo by their keys."""

    running: Running
    people: Mapping[str, str]

    def set(self, **chosen: str) -> None:
        """What its control page is set to."""
        self.running.set(**chosen)

    def ask(self, resource: str = "housing.contract", who: str = "zhang-xiaoyue", **other: Any) -> actions.Ask:
        """An inquiry of a case of its own."""
        return actions.Ask(**{"case": str(uuid4()), "item_key": ITEM, "resource": resource, "subject": self.people[who], **other})

    def inquire(self, resource: str = "housing.contract", who: str = "zhang-xiaoyue", **other: Any) -> Inquired:
        """What comes of it, asked by the house."""
        return actions.inquire(SYSTEM, self.ask(resource, who, **other))


@pytest.fixture(scope="session")
def province_process(tmp_path_factory: pytest.TempPathFactory, _own_folders: None) -> Iterator[Running]:
    """A province that runs."""
    with running("province", tmp_path_factory.mktemp("province"), settings.KEYS) as it:
        yield it


@pytest.fixture
def province(committed: object, province_process: Running) -> Province:
    """The province, known to the house as its peer; the pack loaded; people and a firm of the demo."""
    Peer.objects.create(
        name="province", title="省数据共享平台", scheme="http", host="127.0.0.1", port=province_process.port, private=True,
        key_id="demo-province", demo=True, proposed_by="system",
    )  # fmt: skip
    Department.objects.create(id="housing", name="住房和城乡建设局", levels=["city"])
    actions.load_pack(SYSTEM, packs.load(PACKS / ITEM))
    rows = {row.key: row for row in known.demo_people()}
    people = {key: _person(rows[key]) for key in ("zhang-xiaoyue", "lin-ruoxi", "chen-siyuan", "zhou-zihang")}
    firm = rows["wang-zhiyuan"]
    people["firm"] = identity.people.recorded_organisation(firm.organisation, firm.credit_code, demo=True)
    province_process.set(mode="normal", seconds="5", resource="")
    return Province(province_process, people)


def _person(row: known.DemoPerson) -> str:
    return identity.people.recorded_person(identity.NewPerson(row.name, row.number, demo=True))


def number(key: str) -> str:
    """A demo person's number."""
    return next(row.number for row in known.demo_people() if row.key == key)


def applicant(person: str) -> Actor:
    """Somebody who asks about himself."""
    return Actor(str(uuid4()), "applicant", person=person)


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    assert sys.platform == "linux"
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
