"""Trouble has a page: what happened, what to do, a number for the hotline; never English, never a dead end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from onevisit.access import Refused
from onevisit.channels.portal.views import home
from onevisit.channels.ui import look, trouble

Raising = Callable[[Exception], None]


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Raising:
    """The page `/place` raises what the test wants."""

    def arrange(error: Exception) -> None:
        def broken(*_: Any) -> None:
            raise error

        monkeypatch.setattr(home, "choices", broken)

    return arrange


def page(answer: Any) -> str:
    text: str = answer.content.decode()
    assert '<html lang="zh-Hans"' in text
    assert text.count("<h1>") == 1
    assert 'href="/cases"' in text
    return text


def test_what_is_not_there(city: None) -> None:
    answer = Client().get("/nowhere")
    assert answer.status_code == 404
    assert answer["X-Request-Id"] in page(answer)


def test_what_one_may_not_do_says_who_may(browser: Client) -> None:
    answer = browser.get("/workbench/")
    assert answer.status_code == 403
    assert "审批科长" in page(answer)


def test_an_address_that_only_a_button_leads_to(browser: Client) -> None:
    answer = browser.get("/logout")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "要从页面上的按钮进来" in page(answer)


def test_a_form_that_is_too_old(city: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/place", {"division": "1"})
    assert answer.status_code == 403
    assert "请回到上一页，刷新后再提交" in page(answer)


def test_a_form_that_is_too_large(browser: Client) -> None:
    answer = browser.post("/place", {f"field{n}": "1" for n in range(20_100)})
    assert answer.status_code == 400
    assert "没有读懂这次提交" in page(answer)


@pytest.mark.parametrize(("code", "status"), [("quota", 429), ("stage", 409)])
def test_a_refusal_says_what_would_work(city: None, raising: Raising, code: str, status: int) -> None:
    raising(Refused(code, "现在不行。", "明天再来。"))
    answer = Client().get("/place")
    assert answer.status_code == status
    assert "现在不行。" in page(answer)
    assert "明天再来。" in page(answer)


def test_a_second_factor_is_asked_for_and_leads_back(browser: Client, raising: Raising) -> None:
    raising(Refused("second-factor", "先验证。"))
    answer = browser.get("/place", HTTP_REFERER="/cases")
    assert (answer.status_code, answer["Location"]) == (302, "/confirm?next=%2Fcases")


def test_our_own_fault_is_called_ours(city: None, raising: Raising) -> None:
    raising(RuntimeError("boom"))
    answer = Client(raise_request_exception=False).get("/place")
    assert answer.status_code == 500
    assert "我们这边出了问题" in page(answer)
    assert "boom" not in page(answer)


def test_the_page_of_our_fault_asks_the_database_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(look, "_city_name", gone)
    request: HttpRequest = RequestFactory().get("/place")
    request.COOKIES["size"] = "large"
    answer = trouble.broken(request)
    assert answer.status_code == 500
    assert 'data-size="large"' in page(answer)
