"""T07: one press many times at once, two tabs, one key for two cases, a key past its time: one case, one number, one licence."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.conftest import Databases
from tests.faults.visitor import CHEN, GIFT, PURCHASE, Visitor, a_city, case
from tests.living import City

FILED = """
SELECT count(*) FROM ledger_event e JOIN cases_case c ON c.stream_id = e.stream_id
WHERE e.kind = 'case.filed' AND c.public_id = %s
"""
MINE = """
SELECT count(*) FROM cases_case c JOIN identity_person p ON p.public_id = c.applicant
JOIN identity_account a ON a.person_id = p.id WHERE a.login = %s
"""


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with a_city(databases, tmp_path_factory.mktemp("once")) as running:
        yield running
        running.wait_for(running.idle, "the worker to finish")
        running.checked()


def test_twenty_presses_at_once_file_once(city: City) -> None:
    lin = Visitor(city, "lin-ruoxi")
    number, key = lin.prepared(GIFT, CHEN)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: lin.file(number, key), range(20)))
    told = {(answer.status_code, answer.headers.get("location")) for answer in answers}
    assert told == {(302, f"/cases/{number}/receipt")}
    assert city.rows(FILED, number) == [(1,)]
    assert case(city, number) | {"number": "", "received_at": "", "due_at": ""} == {
        "stage": "concluded", "outcome": "grant", "number": "", "received_at": "", "due_at": "", "decisions": 1, "licences": 1,
    }  # fmt: skip


def test_two_tabs_file_one_case(city: City) -> None:
    zhang = Visitor(city, "zhang-xiaoyue")
    number, first = zhang.prepared(PURCHASE, {})
    second = zhang.key(number)
    assert first != second
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda key: zhang.file(number, key), (first, second)))
    assert {answer.status_code for answer in answers} <= {302, 409}
    assert city.rows(FILED, number) == [(1,)]
    assert case(city, number)["decisions"] == 1


def test_two_tabs_begin_one_draft(city: City) -> None:
    li = Visitor(city, "li-fugen")
    chosen = {f"q.{name}": value for name, value in PURCHASE.items()}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: li.post("/items/deed-tax/start?division=340302000000", **chosen), range(6)))
    assert {answer.status_code for answer in answers} <= {302, 200}
    assert city.rows(MINE, "li-fugen") == [(1,)]


def test_one_key_files_one_case(city: City) -> None:
    chen = Visitor(city, "chen-siyuan")
    first, key = chen.prepared(GIFT, {"other_number": "340300199005219040"})
    assert chen.file(first, key).status_code == 302
    second, other = chen.prepared(GIFT, {"other_number": "340300199005219040"})
    assert chen.file(second, key).status_code == 422
    assert case(city, second)["stage"] == "draft"
    assert chen.file(second, other).status_code == 302


def test_a_key_past_its_time_is_refused_by_the_stage(city: City) -> None:
    chen = Visitor(city, "chen-siyuan")
    number, key = chen.prepared(GIFT, {"other_number": "340300199005219040"})
    chen.file(number, key)
    before = case(city, number)
    with psycopg.connect(city.environment["DATABASE_URL"]) as database:
        database.execute("DELETE FROM ledger_idempotencykey")
    assert chen.file(number, key).status_code in (302, 409)
    assert city.rows(FILED, number) == [(1,)]
    assert case(city, number)["number"] == before["number"]
