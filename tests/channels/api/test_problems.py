"""Every error below /api is a problem in JSON, whoever raises it, and its `type` opens a page."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from onevisit.access import Denied, Duty, Hidden, Refused
from onevisit.catalogue import queries
from onevisit.catalogue.queries import ItemView
from onevisit.channels.api import problems
from onevisit.ledger.once import InFlight, OtherBody


def asserted(answer: Any, status: int, slug: str) -> dict[str, Any]:
    """The answer is a whole problem of this kind."""
    body: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, body["status"], answer["Content-Type"]) == (status, status, problems.MEDIA)
    assert body["type"].endswith(f"/api/problems/{slug}")
    assert body["instance"] == answer["X-Request-Id"]
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", ["/api/", "/api/nowhere", "/api/v1/", "/api/v1/nowhere", "/api/v2/items", "/api/v1/items/x/y/z"])
def test_an_address_that_does_not_exist(client: Client, db: None, path: str) -> None:
    asserted(client.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_method_that_is_not_there(client: Client, item: ItemView, method: str) -> None:
    asserted(getattr(client, method)(f"/api/v1/items/{item.code}"), 405, "wrong-method")


def test_a_host_that_is_not_ours(client: Client, item: ItemView) -> None:
    asserted(client.get("/api/v1/items", headers={"Host": "evil.example"}), 400, "bad-request")


def test_a_request_that_is_too_large(client: Client, db: None) -> None:
    asserted(client.post("/api/v1/items", b"x" * 1_000_001, content_type="application/json"), 413, "too-large")


def test_a_length_that_is_no_number(client: Client, db: None) -> None:
    asserted(client.get("/api/nowhere", CONTENT_LENGTH="many"), 400, "bad-request")


def test_a_post_from_another_site(item: ItemView) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/api/v1/cases", {}, content_type="application/json")
    assert answer["Content-Type"] == problems.MEDIA
    assert answer.status_code in (403, 405)


@pytest.mark.parametrize(
    ("error", "expected", "said"),
    [
        (Denied(Duty.CASE_FILE, "申请人本人"), (403, "forbidden"), "可以办理的人：申请人本人"),
        (Hidden("x"), (404, "not-found"), "请核对"),
        (Refused("late-notice", "补正告知晚了。", "请直接受理。"), (409, "refused"), "补正告知晚了。请直接受理。"),
        (InFlight("k"), (409, "in-flight"), "Idempotency-Key"),
        (OtherBody("k"), (422, "other-body"), "Idempotency-Key"),
        (RuntimeError("secret 340300199408169025"), (500, "broken"), "已经记下来了"),
    ],
)
def test_what_the_house_raises(
    item: ItemView, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: tuple[int, str], said: str
) -> None:
    def raising(*_: object) -> None:
        raise error

    monkeypatch.setattr(queries, "themes", raising)
    body = asserted(Client(raise_request_exception=False).get("/api/v1/themes"), *expected)
    assert said in body["detail"]
    assert "340300199408169025" not in json.dumps(body)
    assert body.get("code") == ("late-notice" if expected[1] == "refused" else None)


def test_english_where_it_is_asked_for(client: Client, item: ItemView) -> None:
    answer = client.get("/api/nowhere", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (asserted(answer, 404, "not-found")["title"], answer["Content-Language"]) == ("Not found", "en")


@pytest.mark.parametrize("slug", problems.KINDS)
def test_every_type_opens_a_page(client: Client, item: ItemView, slug: str) -> None:
    page = client.get(urlsplit(f"http://testserver/api/problems/{slug}").path)
    assert page.status_code == 200
    assert problems.KINDS[slug].title in page.content.decode()
    assert client.get("/api/problems/").content.decode().count(f"/api/problems/{slug}") >= 1


def test_a_problem_that_does_not_exist_has_no_page(client: Client, item: ItemView) -> None:
    assert client.get("/api/problems/nothing").status_code == 404


def test_waiting_is_told_where_it_helps(item: ItemView, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    def raising() -> None:
        raise InFlight("k")

    monkeypatch.setattr(queries, "themes", raising)
    assert client.get("/api/v1/themes")["Retry-After"] == "5"
