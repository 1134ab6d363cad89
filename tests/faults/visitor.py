"""A person at the pages over HTTP, without a browser: logs in, fills what a page shows, presses its button. Plus his city."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from tests.conftest import Databases
from tests.living import City, living

GIFT = {"act": "gift", "buyer": "person", "relation": "spouse"}
PURCHASE = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}
CHEN = {"other_number": "340300198802149079"}
"""Whom 林若溪 is married to."""
DISTRICT = "340302000000"


@contextmanager
def a_city(databases: Databases, folder: Path, **environment: str) -> Iterator[City]:
    """A living demo city on a database of its own."""
    name = databases.clone()
    base = {**os.environ, "DATABASE_URL": databases.address(name), "ONEVISIT_DEMO": "1"}
    with living(folder, {**base, "DJANGO_SETTINGS_MODULE": "onevisit.settings", **environment}) as running:
        yield running
    databases.drop(name)


class Fields(HTMLParser):
    """What the fields of a page hold, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "textarea":
            self.area, self.held[name] = name, ""
        elif tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.held[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.held[self.area] += data


class Visitor:
    """Somebody who has logged in as a demo person."""

    def __init__(self, city: City, person: str) -> None:
        self.city = city
        self.http = httpx.Client(base_url=city.url, timeout=30)
        self.http.get("/login")
        entered = self.post("/login", person=person)
        assert entered.status_code == 302, entered.text

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """The answer to a form that was sent from the site itself."""
        token = self.http.cookies.get("csrftoken", "")
        return self.http.post(path, data={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": self.city.url})

    def begin(self, answers: Mapping[str, str], item: str = "deed-tax") -> str:
        """A new draft with these answers; the case's id."""
        chosen = {f"q.{name}": value for name, value in answers.items()}
        sent = self.post(f"/items/{item}/start?division={DISTRICT}", again="1", **chosen)
        assert sent.status_code == 302, sent.text
        found = re.search(r"/cases/([0-9a-f-]{36})/", sent.headers["location"])
        assert found, sent.headers["location"]
        return found[1]

    def fill(self, case: str, typed: Mapping[str, str]) -> None:
        """Every page of the form as it stands, with what is typed."""
        for number in range(1, 12):
            shown = self.get(f"/cases/{case}/fill/{number}")
            if shown.status_code != 200:
                return
            held = Fields(shown.text).held
            sent = self.post(f"/cases/{case}/fill/{number}", **{**held, **{k: v for k, v in typed.items() if k in held}})
            assert sent.status_code == 302, sent.text
        raise AssertionError("the form does not end")

    def prepared(self, answers: Mapping[str, str], typed: Mapping[str, str]) -> tuple[str, str]:
        """A draft that can be filed, and the key of its form."""
        case = self.begin(answers)
        self.fill(case, typed)
        return case, self.key(case)

    def key(self, case: str) -> str:
        """The key of the form that files the case, anew each time the page is shown."""
        shown = self.get(f"/cases/{case}/check")
        assert shown.status_code == 200, shown.text
        return Fields(shown.text).held["key"]

    def file(self, case: str, key: str) -> httpx.Response:
        """提交 is pressed."""
        return self.post(f"/cases/{case}/file", key=key)


def case(city: City, case_id: str) -> dict[str, Any]:
    """What the city holds of a case."""
    columns = "stage, outcome, number, received_at, due_at"
    counts = (
        "(SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id)",
        '(SELECT count(*) FROM licences_licence l WHERE l."case" = c.public_id)',
    )
    row = city.rows(f"SELECT {columns}, {', '.join(counts)} FROM cases_case c WHERE public_id = %s", case_id)[0]
    return dict(zip(("stage", "outcome", "number", "received_at", "due_at", "decisions", "licences"), row, strict=True))
