"""429 has its own page, nothing typed is lost, and pages at which nothing is guessed ask for no limit."""

from dataclasses import replace
from html import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases import ground

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.identity.limits import LIMITS
from onevisit.identity.models import Bucket


def holds(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    """So many, and the next one in an hour."""
    monkeypatch.setitem(LIMITS, limit, replace(LIMITS[limit], most=most, every=3600))  # type: ignore[arg-type]


def test_the_page_says_when_and_keeps_what_was_typed(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    holds(monkeypatch, "log-in", 1)
    visitor, words = Client(), '"><script>布鞋</script>'
    sent = {"person": "nobody", "next": "/cases", "kept.goods": words}
    assert visitor.post("/login?x=1", sent).status_code == 404
    answer = visitor.post("/login?x=1", sent)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 3590 < int(answer["Retry-After"]) <= 3600
    assert answer["X-Request-Id"] in page
    assert page.count("<h1>") == 1
    assert 'href="/cases"' in page, "a way on"
    assert 'action="/login?x=1"' in page
    assert f'name="kept.goods" value="{escape(words)}"'.replace("&#x27;", "&#39;") in page
    assert "再试一次</button>" in page


def test_a_page_that_was_only_looked_at_has_nothing_to_send_again(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    holds(monkeypatch, "search", 1)
    visitor = Client()
    assert visitor.get("/search?q=摆摊").status_code == 200
    for _ in range(3):
        assert visitor.get("/search?q=").status_code == 200, "a page without words is no search"
    answer = visitor.get("/search?q=摆摊")
    assert answer.status_code == 429
    assert "再试一次</button>" not in answer.content.decode()


def test_a_file_too_many_is_refused_and_the_others_stay(browser: Client, zhang: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    holds(monkeypatch, "upload", 1)
    draft = ground.a_draft(zhang).id
    there = len(queries.contents(zhang, draft).attachments)
    files = [SimpleUploadedFile(f"{n}.jpg", ground.JPEG + bytes(n)) for n in (1, 2)]
    answer = browser.post(f"/cases/{draft}/papers", {"material-photo": files, "stay": "1"})
    assert answer.status_code == 422
    assert "2.jpg”没有收下。上传的文件太多、太快了。" in answer.content.decode()
    assert len(queries.contents(zhang, draft).attachments) <= there + 1


def test_a_page_at_which_nothing_is_guessed_asks_for_no_limit(browser: Client, zhang: Actor) -> None:
    draft = ground.a_draft(zhang).id
    Bucket.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        for path in ("/", "/login", "/cases", f"/cases/{draft}/tasks", "/verify", "/me", "/licences", "/place"):
            assert browser.get(path).status_code == 200, path
    assert not [one for one in asked.captured_queries if "identity_bucket" in one["sql"]]
