"""What people do on the pages, as sentences that journeys share."""

from playwright.sync_api import Page


def log_in(page: Page, name: str) -> None:
    """One click on a demo person."""
    page.goto("/login")
    page.get_by_role("button", name=name).first.click()


def answer(page: Page, *words: str) -> None:
    """Each answer is chosen and sent, question by question as they come."""
    for word in words:
        page.get_by_role("radio", name=word, exact=True).check()
    page.get_by_role("button", name="下一步").click()


def go_through(page: Page, limit: int = 12) -> None:
    """Every page of the form is confirmed as it stands, until the answers are to be checked."""
    for _ in range(limit):
        if page.get_by_role("heading", level=1).inner_text() == "核对并提交":
            return
        page.get_by_role("button", name="下一步").click()
    raise AssertionError("the form does not end")
