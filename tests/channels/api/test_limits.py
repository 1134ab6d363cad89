"""The API is paid for by address; what it keeps costs nothing."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from onevisit.catalogue.queries import ItemView
from onevisit.channels.api import problems
from onevisit.identity.limits import LIMITS


def test_too_much_is_a_problem_that_says_when(item: ItemView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "api", replace(LIMITS["api"], most=3, every=3600))  # type: ignore[arg-type]
    caller = Client(REMOTE_ADDR="203.0.113.7")
    kept = "/api/v1/items"
    for _ in range(10):
        assert caller.get(kept).status_code == 200, "made once, and kept"
    assert [caller.get(f"/api/v1/search?q=x{n}").status_code for n in range(3)] == [200, 200, 429]
    answer = caller.get("/api/v1/search?q=x")
    body = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (429, problems.MEDIA)
    assert body["type"].endswith("/api/problems/too-many")
    assert body["instance"] == answer["X-Request-Id"]
    assert body["detail"].startswith(f"请求太频繁。{answer['Retry-After']}秒")
    assert int(answer["Retry-After"]) > 3500
    assert caller.get(kept).status_code == 200
    for free in ("/api/docs", "/api/problems/too-many", "/livez"):
        assert caller.get(free).status_code == 200, free
    assert Client(REMOTE_ADDR="198.51.100.1").get("/api/v1/search?q=x").status_code == 200
