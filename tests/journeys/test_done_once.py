"""Once is once: two tabs, a double click, the way back, a script that is not there."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import LI, ZHANG, describe, draft, fill_in, log_in
from tests.living import City

FILED = "SELECT count(*) FROM cases_case WHERE number IS NOT NULL AND public_id = %s"
OWNER = "SELECT applicant FROM cases_case WHERE public_id = %s"
DRAFTS = f"SELECT count(*) FROM cases_case WHERE stage = 'draft' AND applicant = ({OWNER})"
STREAM = "SELECT stream_id FROM cases_case WHERE public_id = %s"
EVENTS = f"SELECT count(*) FROM ledger_event WHERE kind = 'case.filed' AND stream_id = ({STREAM})"


def identifier(base: str) -> str:
    return base.rpartition("/")[2]


def test_two_tabs_that_begin_have_one_draft_and_an_offer_to_resume(page: Page, city: City) -> None:
    base = draft(page, ZHANG)
    log_in(page, ZHANG.name)
    tabs = [page.context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto("/items/deed-tax/check")
        describe(tab, *ZHANG.answers)
    for tab in tabs:
        tab.get_by_role("button", name="网上开始办").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("您有一份没交的契税申报")
    tabs[0].get_by_role("link", name="继续上次").click()
    assert tabs[0].url == f"{base}/tasks"
    assert city.rows(DRAFTS, identifier(base)) == [(1,)]


def test_two_fresh_starts_at_once_make_one_draft(page: Page, city: City) -> None:
    base = draft(page, LI)
    page.goto(f"{base}/withdraw")
    page.get_by_role("button", name="删掉").click()
    page.goto("/items/deed-tax/check")
    describe(page, *LI.answers)
    page.evaluate(
        """() => { const form = document.querySelector("form[action*='/start']");
        return Promise.all([1, 2].map(() => fetch(form.action, {method: "POST", body: new FormData(form)}))); }"""
    )
    page.goto("/cases")
    expect(page.locator(".list li", has_text="草稿")).to_have_count(1)
    page.get_by_role("link", name="契税申报").first.click()
    assert city.rows(DRAFTS, identifier(page.url.removesuffix("/tasks"))) == [(1,)]


def test_a_double_click_and_the_way_back_make_one_case(page: Page, city: City) -> None:
    base = draft(page, ZHANG)
    fill_in(page, ZHANG)
    page.get_by_role("button", name="提交", exact=True).dblclick()
    page.wait_for_url("**/receipt")
    page.go_back()
    expect(page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    assert city.rows(FILED, identifier(base)) == [(1,)]
    page.goto("/cases")
    expect(page.locator(".list li", has_text="草稿")).to_have_count(0)


def test_two_presses_at_once_without_the_script_make_one_case_and_one_receipt(page: Page, city: City) -> None:
    base = draft(page, ZHANG)
    fill_in(page, ZHANG)
    answers = page.evaluate(
        """() => { const form = document.querySelector("form[action$='/file']");
        const send = () => fetch(form.action, {method: "POST", body: new FormData(form)}).then(a => [a.status, a.url]);
        return Promise.all([send(), send(), send()]); }"""
    )
    assert answers == [[200, f"{base}/receipt"]] * 3
    assert city.rows(FILED, identifier(base)) == [(1,)]
    assert city.rows(EVENTS, identifier(base)) == [(1,)]
