"""What a clerk at a window does in tests: sits down, receives who comes, begins and fills in his matters."""

import re
from io import BytesIO

from django.test import Client
from PIL import Image
from tests.cases import ground
from tests.channels.workbench.conftest import browser
from tests.halls.receiving import number_of

from onevisit.access import SYSTEM
from onevisit.cases.models import Case
from onevisit.city.models import DepartmentOffice, Division, Hall
from onevisit.halls import actions as halls

WINDOW = "/workbench/window/"
GENERAL = "he-ping"
"""Who sits at a general window: no department, any item of the hall."""


def office(department: str, division: str) -> None:
    """An office for who works there."""
    place = Division.objects.get(code=division)
    known = {"code": f"1134990000000000{len(department):02}"}
    DepartmentOffice.objects.get_or_create(
        department_id=department, division=place, defaults={"name": "办公室", "credit_code": known["code"], "demo": True}
    )


def seated(key: str, division: str = ground.NEAR) -> Client:
    """A browser of this clerk, at window 1 of the division's hall."""
    hall = Hall.objects.filter(division__code=division).first() or Hall.objects.create(
        division=Division.objects.get(code=division), name="近山村便民服务点", address="x", demo=True
    )
    window = halls.found_window(SYSTEM, halls.NewWindow(str(hall.public_id), "1"))
    client = browser(key)
    assert client.post(f"{WINDOW}{window.id}/open").status_code == 302
    return client


def comes(client: Client, key: str = "zhang-xiaoyue", **more: str) -> str:
    """Somebody is received; the address of the visit."""
    sent = {"number": number_of(key), "why": "file", "kind": "citizen", "proof": "card", **more}
    answer = client.post(f"{WINDOW}receive", sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def begins(client: Client, visit: str, item: str = "stall") -> str:
    """An application is begun; the address of the case in the visit."""
    answer = client.post(f"{visit}/begin", {"item": item})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).removesuffix("/fill")


def filled(client: Client, case: str, **more: str) -> None:
    """The form of the stall, as the clerk types it."""
    sent = {"q.food": "no", "goods": "手工布鞋", "area": "6.5", **more}
    assert client.post(f"{case}/fill", {**sent, "version": version(client, case)}).status_code == 302
    answer = client.post(f"{case}/fill", {**sent, "version": version(client, case)})
    assert answer.status_code == 302, text(answer)


def version(client: Client, case: str) -> str:
    """Which version of the draft the form shows."""
    found = re.search(r'name="version" value="(\d+)"', text(client.get(f"{case}/fill")))
    assert found
    return found[1]


def seen(client: Client, case: str) -> str:
    """How far the case was when the page was opened."""
    found = re.search(r'name="seen" value="([^"]+)"', text(client.get(case)))
    assert found
    return found[1]


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def row(case: str) -> Case:
    return Case.objects.get(public_id=case.rpartition("/")[2])


def picture(name: str = "scan.jpg") -> BytesIO:
    """A scan."""
    file = BytesIO()
    Image.new("RGB", (60, 40), "white").save(file, "JPEG")
    file.seek(0)
    file.name = name
    return file
