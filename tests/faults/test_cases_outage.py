"""T11, T12, T15 over a living city: a slow, lying or dead province keeps no page waiting, asks nobody; all goes on by itself."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests.conftest import Databases
from tests.faults.visitor import PURCHASE, Visitor, a_city, case
from tests.living import City

OPEN = """SELECT step, waiting_for FROM cases_task t JOIN cases_case c ON c.id = t.case_id
          WHERE c.public_id = %s AND closed_at IS NULL"""
A_SECOND = 1.0
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city whose server believes to stand in New York; its legal clock says a second before midnight in Shanghai."""
    since = datetime.now(SHANGHAI).isoformat()
    zone = {"TZ": "America/New_York", "ONEVISIT_NOW": "2026-03-02T23:59:59", "ONEVISIT_NOW_SINCE": since}
    with a_city(databases, tmp_path_factory.mktemp("outage"), **zone) as running:
        yield running
        running.wait_for(running.idle, "the worker to finish")
        running.checked()


class Timed:
    """A visitor of whom each page is timed; the slowest is kept."""

    def __init__(self, who: Visitor) -> None:
        self.who, self.slowest = who, (0.0, "")
        who.http.event_hooks = {"request": [self._begun], "response": [self._ended]}

    def _begun(self, request: httpx.Request) -> None:
        request.extensions["begun"] = time.monotonic()

    def _ended(self, response: httpx.Response) -> None:
        took = time.monotonic() - response.request.extensions["begun"]
        self.slowest = max(self.slowest, (took, str(response.request.url)))


def filed(who: Visitor) -> str:
    """A purchase, filed with whatever is known of it."""
    number, key = who.prepared(PURCHASE, {})
    assert who.file(number, key).status_code == 302
    return number


def waits(city: City, number: str, source: str) -> bool:
    """Whether the case waits for the source, and says so."""
    (step, waiting_for), *more = city.rows(OPEN, number)
    return not more and step == "verify" and source in waiting_for


def decided(city: City, number: str) -> bool:
    """Whether the case is decided; it then waits for its payment."""
    return case(city, number)["stage"] == "decided"


def test_a_slow_source_keeps_no_page_waiting(city: City) -> None:
    quick = Timed(Visitor(city, "zhang-xiaoyue"))
    filed(quick.who)
    usual = quick.slowest[0]
    city.trouble("province", mode="slow", seconds=30)
    try:
        slow = Timed(Visitor(city, "zhang-xiaoyue"))
        number = filed(slow.who)
        page = slow.who.get(f"/cases/{number}").text
    finally:
        city.trouble("province", mode="normal")
    assert slow.slowest[0] < max(A_SECOND, usual + 0.7), slow.slowest
    assert "的数据" in page
    assert "上传" not in page
    city.wait_for(lambda: decided(city, number), "the case to go on by itself", 90)


@pytest.mark.parametrize("mode", ["down", "wrong_person", "nan"])
def test_no_answer_to_be_used_is_waited_for_by_name(city: City, mode: str) -> None:
    city.trouble("province", mode=mode)
    try:
        li = Visitor(city, "li-fugen")
        number = filed(li)
        city.wait_for(lambda: waits(city, number, "住房和城乡建设局"), "the case to name its source", 20)
        shown = li.get(f"/cases/{number}").text
    finally:
        city.trouble("province", mode="normal")
    assert "住房和城乡建设局（不动产转移合同和登记受理信息）" in shown
    assert "88.60" not in shown
    assert case(city, number)["due_at"] is not None, "the promise runs on: the office waits, not the applicant"
    city.wait_for(lambda: decided(city, number), "the case to go on by itself", 60)


def test_what_is_filed_after_midnight_in_shanghai_is_received_that_morning(city: City) -> None:
    """T15."""
    number = filed(Visitor(city, "zhang-xiaoyue"))
    told: dict[str, Any] = case(city, number)
    assert told["received_at"] == datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)
    assert "20260303" in told["number"]
    city.wait_for(lambda: decided(city, number), "the decision", 30)
    assert case(city, number)["due_at"] == datetime(2026, 3, 4, 17, tzinfo=SHANGHAI)
