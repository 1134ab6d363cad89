"""唐文静 and 马国庆 come to the window together: both cards, both confirm, accepted on the spot, one visit for each of them."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import Databases
from tests.journeys.counter import Keys, at_window, begins, comes, fills_a_transfer
from tests.journeys.days import lasting, later, profiles, take_up
from tests.journeys.walks import account, number_of, pay, until
from tests.living import City

from onevisit.settings import ZONE

BUYER, SELLER, CLERK, REVIEWER, REGISTRAR = "唐文静", "马国庆", "田芳", "彭军", "罗敏"
ITEM = "国有建设用地使用权及房屋所有权转移登记"
MOST_KEYS = 20
"""From an empty window to the acceptance of what two parties apply for; the seller's phone number is typed once."""


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of its own, since days pass in it."""
    with lasting(databases, tmp_path_factory.mktemp("both"), "2026-03-02T10:15") as running:
        yield running


@pytest.fixture
def people(browser: Browser, city: City) -> Iterator[dict[str, Page]]:
    """A browser for each who is not at the window, the parties' telephones."""
    with profiles(browser, city, (BUYER, SELLER, REVIEWER, REGISTRAR), (BUYER, SELLER)) as found:
        yield found


def test_a_home_changes_hands_at_one_visit(browser: Browser, people: dict[str, Page], city: City) -> None:
    with at_window(browser, city, CLERK, "2号窗口") as clerk:
        comes(clerk, BUYER)
        begins(clerk, ITEM, "二手房过户")
        fills_a_transfer(clerk)
        received(clerk)
        joined(clerk)
        accepted(clerk)
        case = "/cases/" + clerk.page.url.rpartition("/")[2]
        print(f"keys to the acceptance: {len(clerk.pressed)} ({' '.join(clerk.pressed)})")
        assert len(clerk.pressed) <= MOST_KEYS, clerk.pressed
    counted_once(city, case)
    [(promised,)] = city.rows("SELECT due_at FROM cases_case WHERE public_id = %s", case.rpartition("/")[2])
    assert promised == datetime(2026, 3, 9, 17, tzinfo=ZONE), "3, 4, 5, 6 and 9 March are the five working days"
    buyer, seller = people[BUYER], people[SELLER]
    seller.goto(case)
    expect(seller.locator("main")).to_contain_text("受理通知书")
    pay(buyer, case)
    later(city, "2026-03-06T15:00")
    decided(people)
    until(buyer, case, "结果已存入")
    for page in (buyer, seller):
        page.goto(case)
        assert account(page) == "1 / 0"
    buyer.goto("/licences")
    expect(buyer.locator(".cards section").first).to_contain_text("不动产权证书")


def received(clerk: Keys) -> None:
    """The buyer has applied and has his receipt; the seller's card is wanted."""
    desk = clerk.page
    expect(desk.get_by_role("button", name="收件")).to_be_focused()
    clerk.press("Enter")
    expect(desk.locator("#confirming")).to_contain_text("还没有来的：卖方（转让方）马**")
    expect(desk.locator("#act")).not_to_contain_text("就是受理")
    expect(desk.get_by_label("还没有来的")).to_be_focused()
    paper = desk.get_by_role("link", name="打印收件凭证").get_attribute("href") or ""
    assert desk.request.get(paper).body().startswith(b"%PDF-")


def joined(clerk: Keys) -> None:
    """His card is read beside hers; he confirms, then both have shown that it is they."""
    desk = clerk.page
    clerk.read_card(number_of(SELLER))
    clerk.press("Enter")
    band = desk.get_by_label("正在接待")
    expect(band).to_contain_text("唐**")
    expect(band).to_contain_text("马**")
    expect(desk.get_by_role("button", name="马**本人在场，确认申请")).to_be_focused()
    clerk.press("F2")
    expect(desk.get_by_label("唐**本人在场")).to_be_checked()
    expect(desk.get_by_label("马**本人在场")).to_be_checked()
    clerk.press("F2")


def accepted(clerk: Keys) -> None:
    """Accepted by the clerk's mandate; the papers of both are there to print."""
    desk = clerk.page
    expect(desk.locator("#act")).to_contain_text("受托受理：演示授权书")
    clerk.press("F2")
    expect(desk.get_by_role("link", name="打印收件凭证")).to_be_visible()
    papers = desk.locator("#papers a", has_text="打印受理通知书")
    expect(papers).to_have_count(2)
    expect(desk.locator("#papers")).to_contain_text("受理通知书（马**的）")
    copies = [desk.request.get(papers.nth(nth).get_attribute("href") or "").body() for nth in range(2)]
    assert all(one.startswith(b"%PDF-") for one in copies)
    expect(desk.locator("main aside")).to_contain_text("1 / 0")


def counted_once(city: City, case: str) -> None:
    """Each came once, in one stay at one window, since they wished to; nobody is there any more."""
    query = """SELECT s.person::text, w.number, p.reason, v.until IS NULL
               FROM halls_presence p JOIN halls_visit v ON v.id = p.visit_id
               JOIN halls_stay s ON s.id = v.stay_id JOIN halls_window w ON w.id = v.window_id WHERE p."case" = %s"""
    found = city.rows(query, case.rpartition("/")[2])
    assert len({row[0] for row in found}) == len(found) == 2
    assert {row[1:] for row in found} == {("2", "chosen", False)}


def decided(people: dict[str, Page]) -> None:
    """Reviewed by one officer, entered by another."""
    review, enter = people[REVIEWER], people[REGISTRAR]
    take_up(review, "转移登记")
    review.get_by_role("link", name="写意见").click()
    review.locator("textarea").first.fill("登记簿、合同和完税信息一致。")
    review.get_by_role("button", name="写意见").click()
    take_up(enter, "转移登记")
    enter.get_by_role("link", name="核定和签发").click()
    enter.get_by_label("核定说明").fill("准予登簿。")
    enter.get_by_role("button", name="准予").click()
