"""史德祥, 91, asks for his allowance: the village accepts, the town examines, the county decides; one figure was wrong."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import Databases
from tests.journeys.days import lasting, later, profiles, take_up
from tests.journeys.walks import CHECK, Applicant, account, draft, submit, until
from tests.living import City

from onevisit.settings import ZONE

SHI = Applicant("史德祥", ("老人本人", "老人本人的银行卡或者存折"), key="old-age-allowance", item="高龄津贴申领")
VILLAGE, TOWN, COUNTY = "陆琴", "姜波", "程慧"
WRONG, RIGHT = "0000340302000013", "0000340302000031"


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of its own, since days pass in it."""
    with lasting(databases, tmp_path_factory.mktemp("allowance"), "2026-03-02T09:30") as running:
        yield running


@pytest.fixture
def people(browser: Browser, city: City) -> Iterator[dict[str, Page]]:
    """A browser for each, the old man's a telephone."""
    with profiles(browser, city, (SHI.name, VILLAGE, TOWN, COUNTY), (SHI.name,)) as found:
        yield found


def test_three_levels_work_and_he_stays_at_home(people: dict[str, Page], city: City) -> None:
    shi = people[SHI.name]
    case = filed(shi)
    number = case.rpartition("/")[2]
    verified(shi, case)
    accepted(people[VILLAGE])
    before = dates(city, number)
    assert before == (moment("2026-03-16T17:00"), moment("2026-05-06T17:00")), "12 days end on a Saturday, 60 on Labour Day"
    later(city, "2026-03-04T10:00")
    asked(people[TOWN])
    until(shi, case, "去补正")
    later(city, "2026-03-06T16:00")
    mended(shi, case)
    promised, legal = dates(city, number)
    assert legal == before[1], "the law's clock runs on"
    assert promised > before[0], "the promise waited for him"
    examined(people[TOWN])
    later(city, "2026-03-09T11:00")
    decided(people[COUNTY])
    until(shi, case, "结果已存入")
    assert account(shi) == "0 / 0"
    shi.goto("/licences")
    expect(shi.locator(".cards section").first).to_contain_text("高龄津贴核定通知书")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def dates(city: City, number: str) -> tuple[datetime, datetime]:
    """When it is due, by promise and by law."""
    [(promised, legal)] = city.rows("SELECT due_at, legal_due_at FROM cases_case WHERE public_id = %s", number)
    return promised, legal


def filed(page: Page) -> str:
    """His application, with two figures of the account the wrong way round; its address."""
    draft(page, SHI)
    page.locator("main").get_by_role("link", name="接着填").or_(page.locator(".acts").get_by_role("link", name=CHECK)).click()
    for _ in range(12):
        if page.get_by_role("heading", level=1).inner_text() == CHECK:
            break
        for label, text in (("开户银行", "示例银行东风支行"), ("银行账号", WRONG)):
            if page.get_by_label(label, exact=True).count():
                page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="下一步").click()
    return submit(page)


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
    """The village point accepts."""
    take_up(page, SHI.item)
    page.get_by_role("link", name="受理", exact=False).first.click()
    page.get_by_role("button", name="受理").click()


def asked(page: Page) -> None:
    """The town sees that account and name do not fit."""
    take_up(page, SHI.item)
    page.get_by_role("link", name="要求补正").click()
    wrong = page.get_by_role("group", name="银行账号")
    wrong.get_by_label("要补正").check()
    wrong.get_by_label("哪里不对").fill("账号和户名对不上。")
    wrong.get_by_label("怎么改").fill("请照着卡或者存折重新填账号。")
    page.get_by_role("button", name="一次告知申请人").click()


def mended(page: Page, case: str) -> None:
    """He mends that figure and nothing else."""
    page.goto(f"{case}/mend")
    page.get_by_label("银行账号", exact=True).fill(RIGHT)
    page.get_by_role("button", name="交来补正").click()
    page.wait_for_url(case)


def examined(page: Page) -> None:
    """The town writes what it found."""
    page.goto("/workbench/?whose=mine")
    page.locator("tr[data-row]", has_text=SHI.item).get_by_role("link").first.click()
    page.get_by_role("link", name="写意见").click()
    page.locator("textarea").first.fill("户籍和账户都核对过。")
    page.get_by_role("button", name="写意见").click()


def decided(page: Page) -> None:
    """The county's chief signs what the rule proposes."""
    take_up(page, SHI.item)
    page.get_by_role("link", name="核定和签发").click()
    expect(page.locator("#result")).to_contain_text("准予")
    page.get_by_label("核定说明").fill("同意发放。")
    page.get_by_role("button", name="准予").click()
