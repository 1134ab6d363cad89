"""Prepares and measures for `work.py`: so many open cases at one office, then its officer's pages. Prints JSON.

Run with the product's environment, after `onevisit demo`. `python bench/work_pages.py 100000`
"""

import json
import re
import statistics
import sys
import time
from typing import Any
from urllib.parse import quote
from uuid import UUID

import django

django.setup()

import drafts  # noqa: E402 - Django must be ready first
import engine_own as engine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from onevisit.access import SYSTEM, Actor  # noqa: E402
from onevisit.cases import actions as cases  # noqa: E402
from onevisit.cases.models import Case, Task  # noqa: E402
from onevisit.identity import actions as identity  # noqa: E402
from onevisit.identity.actions.people import NewPerson, recorded_person  # noqa: E402

OFFICER, COUNTY = "zhou-haifeng", "340302000000"
PERSONS, ROUNDS, SHOWN = 200, 15, 50
GONE = (
    "DELETE FROM cases_task USING cases_case held WHERE held.id = case_id AND held.number LIKE 'BENCH%'",
    "DELETE FROM cases_case WHERE number LIKE 'BENCH%'",
)
CASES = """
WITH streams AS (
    INSERT INTO ledger_stream (public_id, kind, sequence, head, rooted)
    SELECT gen_random_uuid(), 'case', 0, '', 0 FROM generate_series(1, %(size)s) RETURNING id
), placed AS (SELECT id, row_number() OVER (ORDER BY id) AS turn FROM streams)
INSERT INTO cases_case ({columns}) SELECT {values} FROM placed, cases_case real WHERE real.id = %(real)s
"""
CASE = {
    "public_id": "gen_random_uuid()",
    "owner_key": "gen_random_uuid()",
    "stream_id": "placed.id",
    "number": "'BENCH' || lpad(turn::text, 12, '0')",
    "applicant": "(%(persons)s::uuid[])[1 + turn %% %(many)s]",
    "due_at": "now() + (turn * 7919 %% 43200 - 14400) * interval '1 minute'",
}
"""What of a copied case is its own: its due moment lies between ten days ago and twenty days ahead."""
TASKS = """
INSERT INTO cases_task ({columns}) SELECT {values} FROM cases_case held, cases_task real
WHERE held.number LIKE 'BENCH%%' AND real.case_id = %(real)s
"""
TASK = {
    "case_id": "held.id",
    "by_at": "held.due_at",
    "claimed_by": """CASE held.id %% 20 WHEN 0 THEN %(officer)s WHEN 1 THEN gen_random_uuid()::text ELSE '' END""",
}
PAGES = {
    "first page": ("", "TRUE"),
    "in my hands": ("?whose=mine", "task.claimed_by = %(officer)s"),
    "not taken": ("?whose=free", "task.claimed_by = ''"),
    "over": ("?due=over", "task.by_at < now()"),
    "by number": ("?number=000000000500", "held.number LIKE '%%000000000500'"),
    "by item and step": ("?item=bench-six&does=review", "held.item_key = 'bench-six' AND task.does = 'review'"),
    "in the middle": ("?after={middle}", "(task.by_at, task.id) > (%(by)s, %(id)s)"),
}
"""Addresses, and in SQL what should be on them."""
RIGHT = """
SELECT right(held.number, 12) FROM cases_task task JOIN cases_case held ON held.id = task.case_id
WHERE task.division = %(county)s AND task.department = %(department)s AND task.closed_at IS NULL AND {which}
ORDER BY task.by_at, task.id LIMIT %(shown)s
"""


def main(size: int) -> None:
    """The pages, each with its times, its statements, and what was wrong."""
    engine.offered()
    officer, session = logged_in()
    grow(size, officer)
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = session
    by, number = Task.objects.filter(division=COUNTY, closed_at=None).order_by("by_at", "id").values_list("by_at", "id")[size]
    given = {"officer": officer.id, "by": by, "id": number, "county": COUNTY, "department": engine.DEPARTMENT, "shown": SHOWN}
    middle = quote(f"{by.astimezone(settings.ZONE).isoformat()}~{number}")
    told = {name: page(client, address.format(middle=middle), which, given) for name, (address, which) in PAGES.items()}
    print(json.dumps(told))


def logged_in() -> tuple[Actor, str]:
    """The officer and his open session."""
    request = HttpRequest()
    request.session = SessionStore()
    request.META["SERVER_NAME"] = "127.0.0.1"
    actor = identity.log_in_demo(request, OFFICER)
    request.session.save()
    return actor, str(request.session.session_key)


def grow(size: int, officer: Actor) -> None:
    """One case is filed and accepted, as any case is; so many copies of it wait at the office, two steps each."""
    persons = [recorded_person(NewPerson(f"演示{place}", drafts.number(place), demo=True)) for place in range(PERSONS)]
    applicant = Actor("bench", "applicant", person=persons[0])
    case = cases.start(applicant, "bench-six", COUNTY, engine.ANSWERS).id
    cases.save(applicant, case, drafts.TYPED)
    cases.file(applicant, case)
    cases.accept(SYSTEM, case)
    real = Case.objects.get(public_id=UUID(case)).pk
    given = {"size": size, "real": real, "persons": persons, "many": PERSONS, "officer": officer.id}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in GONE:
            cursor.execute(statement)
        cursor.execute(copying(CASES, Case, CASE), given)
        cursor.execute(copying(TASKS, Task, TASK), given)
        cursor.execute("VACUUM ANALYZE cases_case, cases_task")
        cursor.execute("RESET statement_timeout")


def copying(statement: str, model: type[models.Model], own: dict[str, str]) -> str:
    """The statement with every column of the model, copied or its own."""
    names = [one.column for one in model._meta.concrete_fields if not one.primary_key]
    values = ", ".join(own.get(name, f'real."{name}"') for name in names)
    return statement.format(columns=", ".join(f'"{name}"' for name in names), values=values)


def page(client: Client, address: str, which: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the page takes, and whether it shows what it should."""
    took = []
    client.get(f"/workbench/{address}")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(f"/workbench/{address}")
        took.append((time.perf_counter() - begun) * 1000)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/workbench/{address}")
    shown = re.findall(r'<td class="no">(\d{12})</td>', answer.content.decode())
    with connection.cursor() as cursor:
        cursor.execute(RIGHT.format(which=which), given)
        right = [number for (number,) in cursor.fetchall()]
    wrong = "" if shown == right and right else f"{answer.status_code}: {len(shown)} rows, {shown[:3]} and not {right[:3]}"
    return {"p50": statistics.median(took), "most": max(took), "queries": len(asked), "wrong": wrong}


if __name__ == "__main__":
    main(int(sys.argv[1]))
