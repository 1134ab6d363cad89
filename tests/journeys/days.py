"""A city in which days pass, for journeys that last: its clock is set, and set on, between the acts of people."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from tests.conftest import Databases
from tests.journeys.walks import log_in
from tests.living import City, living

from onevisit.settings import ZONE

UNCOVERED = """
WITH covered AS (SELECT (pair ->> 0)::uuid AS stream, max((pair ->> 1)::bigint) AS seq
                 FROM ledger_root, jsonb_array_elements(heads) AS head(pair) GROUP BY 1)
SELECT count(*) FROM ledger_stream s LEFT JOIN covered c ON c.stream = s.public_id WHERE s.sequence > coalesce(c.seq, 0)
"""


@contextmanager
def lasting(databases: Databases, folder: Path, begin: str) -> Iterator[City]:
    """A city of its own that begins at this moment; `check` holds at its end."""
    name = databases.clone()
    environment = {**os.environ, "DATABASE_URL": databases.address(name), "ONEVISIT_DEMO": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "onevisit.settings", **moment(begin)}
    with living(folder, environment) as running:
        yield running
        running.wait_for(running.idle, "the worker to finish")
        running.wait_for(lambda: under_a_root(running), "the next root, which comes each minute", 150)
        running.checked()
    databases.drop(name)


def under_a_root(city: City) -> bool:
    """Whether every event is: where days pass in seconds none is young enough to be left out."""
    return bool(city.rows(UNCOVERED)[0][0] == 0)


def moment(text: str) -> dict[str, str]:
    """The environment in which it is this moment now."""
    return {"ONEVISIT_NOW": text, "ONEVISIT_NOW_SINCE": datetime.now(ZONE).isoformat()}


def later(city: City, text: str) -> None:
    """The time has come; sessions last."""
    city.wait_for(city.idle, "the worker to finish")
    for name in ("worker", "web"):
        city.kill(name)
    city.environment |= moment(text)
    city.start("worker", "web")


@contextmanager
def profiles(browser: Browser, city: City, names: Sequence[str], phones: Sequence[str] = ()) -> Iterator[dict[str, Page]]:
    """A browser for each of these people, logged in; a telephone's width for some."""
    made: list[BrowserContext] = []
    found: dict[str, Page] = {}
    for name in names:
        width = 390 if name in phones else 1280
        made.append(browser.new_context(base_url=city.url, locale="zh-CN", viewport={"width": width, "height": 900}))
        made[-1].set_default_timeout(15000)
        found[name] = made[-1].new_page()
        log_in(found[name], name)
    yield found
    for one in made:
        one.close()


def take_up(page: Page, words: str) -> None:
    """The officer takes the step of the item that these words name, as soon as it waits for him; its case is open then."""
    for _ in range(80):
        page.goto("/workbench/")
        row = page.locator("tr[data-row]", has_text=words)
        if row.count():
            row.first.get_by_role("button", name="领取").click()
            page.wait_for_url("**/workbench/cases/*")
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"nothing to do with {words}: {page.locator('main').inner_text()}")
