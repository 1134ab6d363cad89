"""Somebody else's case is no case at all: 404 for every address of it, whoever asks."""

import pytest
from playwright.sync_api import Page
from tests.journeys.walks import LIN, ZHANG, draft, log_in, press_person

ADDRESSES = (
    "", "/tasks", "/fill/1", "/papers", "/check", "/receipt", "/receipt.pdf", "/decision.pdf", "/withdraw", "/pay", "/pay/done",
    "/dispute/name",
)  # fmt: skip


@pytest.mark.parametrize("stranger", [LIN.name, "吴敏", "秦朗"], ids=["applicant", "chief", "administrator"])
def test_no_address_of_a_case_is_there_for_a_stranger(page: Page, officer: Page, stranger: str) -> None:
    base = draft(page, ZHANG)
    log_in(officer, stranger)
    found = {address: officer.goto(base + address).status for address in ADDRESSES}  # type: ignore[union-attr]
    assert set(found.values()) <= {403, 404}, found
    if stranger == LIN.name:
        assert set(found.values()) == {404}, found
    assert ZHANG.name not in officer.content()
    token = next(c["value"] for c in officer.context.cookies() if c["name"] == "csrftoken")
    for address in ("/fill/2", "/save/2", "/file", "/withdraw", "/pay/start", "/dispute/name"):
        form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "phone": "13800000000", "reason": "不对"}
        answer = officer.request.post(base + address, form=form, headers={"Referer": base})
        assert answer.status in (403, 404), (address, answer.status)


def test_whoever_has_not_logged_in_is_asked_to(page: Page, officer: Page) -> None:
    base = draft(page, ZHANG)
    officer.goto(f"{base}/check")
    assert "/login?next=" in officer.url
    press_person(officer, ZHANG.name)
    assert officer.url == f"{base}/check"
