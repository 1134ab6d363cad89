"""唐文静 buys a home of 马国庆, who is far away: each confirms from an own account, nobody comes."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import Databases
from tests.journeys.days import lasting, later, profiles, take_up
from tests.journeys.walks import CHECK, Applicant, account, begin, pay, submit, until
from tests.living import City

from onevisit.settings import ZONE

TANG = Applicant(
    "唐文静", ("买卖存量房（二手房）", "住宅", "个人", "一个人（一个单位）单独所有", "个人", "电子证书，没有领过纸质证书"),
    key="real-estate-transfer", item="国有建设用地使用权及房屋所有权转移登记",
)  # fmt: skip
MA, CLERK, REVIEWER, REGISTRAR = "马国庆", "田芳", "彭军", "罗敏"
SATURDAY = "2026-02-28T09:30"
"""A working day: the Spring Festival of 2026 is made up for."""


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of its own, since days pass in it."""
    with lasting(databases, tmp_path_factory.mktemp("two"), SATURDAY) as running:
        yield running


@pytest.fixture
def people(browser: Browser, city: City) -> Iterator[dict[str, Page]]:
    """A browser for each, the seller's a telephone."""
    with profiles(browser, city, (TANG.name, MA, CLERK, REVIEWER, REGISTRAR), (MA,)) as found:
        yield found


def test_a_home_changes_hands_and_nobody_came(people: dict[str, Page], city: City, tmp_path: Path) -> None:
    tang, ma = people[TANG.name], people[MA]
    case = filed(tang)
    expect(tang.locator("main")).to_contain_text("正在等卖方（转让方）马**确认")
    expect(tang.locator(".rail")).to_contain_text("等卖方（转让方）")
    later(city, "2026-03-02T10:15")
    confirmed(ma, case)
    verified(ma, case)
    verified(tang, case)
    accepted(people[CLERK])
    dates = "SELECT accepted_at, due_at FROM cases_case WHERE public_id = %s"
    [(begun, promised)] = city.rows(dates, case.rpartition("/")[2])
    assert begun.astimezone(ZONE).date().isoformat() == "2026-03-02"
    assert promised == datetime(2026, 3, 9, 17, tzinfo=ZONE), "3, 4, 5, 6 and 9 March are the five working days"
    until(tang, f"{case}/pay", "80.00元")
    pay(tang, case)
    ma.goto(f"{case}/pay")
    expect(ma.get_by_role("heading", level=1)).not_to_contain_text("缴费")
    later(city, "2026-03-06T15:00")
    reviewed(people[REVIEWER])
    registered(people[REGISTRAR])
    until(tang, case, "结果已存入")
    assert account(tang) == "0 / 0"
    tang.goto("/licences")
    expect(tang.locator(".cards section").first).to_contain_text("不动产权证书")
    ma.goto("/licences")
    expect(ma.locator("main")).not_to_contain_text("不动产权证书")
    until(ma, case, "这件事已经办好")


def filed(page: Page) -> str:
    """The buyer's application; its address."""
    page.goto(f"/items/{TANG.key}")
    expect(page.locator(".rail")).to_contain_text("卖方（转让方）")
    begin(page, TANG)
    page.locator("main").get_by_role("link", name="接着填").or_(page.locator(".acts").get_by_role("link", name=CHECK)).click()
    for _ in range(12):
        if page.get_by_role("heading", level=1).inner_text() == CHECK:
            break
        if page.get_by_label("转让方联系电话").count():
            page.get_by_label("转让方联系电话").fill("15400000027")
        page.get_by_role("button", name="下一步").click()
    expect(page.locator("main")).to_contain_text("示例路12号3幢301室")
    return submit(page)


def confirmed(page: Page, case: str) -> None:
    """The seller finds what is asked, sees the home and the price, nothing of the buyer, and confirms."""
    page.goto("/")
    expect(page.locator("#todo + ul")).to_contain_text("等您确认")
    page.get_by_role("link", name=TANG.item).first.click()
    page.get_by_role("link", name="去核对").click()
    main = page.locator("main")
    for words in ("唐**", "示例路12号3幢301室", "900,000.00元", "买卖存量房（二手房）"):
        expect(main).to_contain_text(words)
    for words in ("唐文静", "15400000026", "34030019910418930X"):
        expect(main).not_to_contain_text(words)
    page.get_by_role("button", name="确认", exact=True).click()
    page.wait_for_url(case)


def verified(page: Page, case: str) -> None:
    """It is he himself."""
    page.goto(case)
    page.get_by_role("link", name="去核验身份").click()
    page.get_by_role("button", name="核验身份").click()
    if page.get_by_role("button", name="是我本人").count():
        page.get_by_role("button", name="是我本人").click()
        page.get_by_role("button", name="核验身份").click()
    page.wait_for_url(case)


def accepted(page: Page) -> None:
    """The window that is entrusted with it accepts."""
    take_up(page, "转移登记")
    page.get_by_role("link", name="受理", exact=False).first.click()
    page.get_by_role("button", name="受理").click()


def reviewed(page: Page) -> None:
    """The reviewer writes what was found."""
    take_up(page, "转移登记")
    page.get_by_role("link", name="写意见").click()
    page.locator("textarea").first.fill("登记簿、合同和完税信息一致。")
    page.get_by_role("button", name="写意见").click()


def registered(page: Page) -> None:
    """The registrar, a third person, enters it."""
    take_up(page, "转移登记")
    page.get_by_role("link", name="核定和签发").click()
    page.get_by_label("核定说明").fill("准予登簿。")
    page.get_by_role("button", name="准予").click()
