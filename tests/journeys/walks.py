"""What people do on the pages, as sentences that journeys share. Every press is a button or link that a person sees."""

import csv
from dataclasses import dataclass, replace

from playwright.sync_api import Page, expect

from onevisit.settings import DATA

CHECK = "核对并提交"


@dataclass(frozen=True)
class Applicant:
    """A demo person who files, and the answers that describe what he files for."""

    name: str
    answers: tuple[str, ...]
    other: str = ""
    key: str = "deed-tax"
    item: str = "契税申报"


ZHANG = Applicant("张晓月", ("购买", "住房", "个人", "不主张"))
LI = Applicant("李福根", ("购买", "住房", "个人", "不主张"))
LIN = Applicant("林若溪", ("受赠，或者家人之间加名、过户", "个人", "配偶，婚姻关系存续"), "陈思远")
ZHOU = Applicant("周子航", ("继承或者受遗赠", "个人", "受遗赠人（遗嘱给了法定继承人以外的人）"), "周国良")
DENG = Applicant("邓浩", ("本市",), key="driving-licence-renewal", item="机动车驾驶证期满换证")
XIE = replace(DENG, name="谢鸣")
JIN = replace(DENG, name="金璐")
FIRM = Applicant("王志远", ("购买", "商铺、写字楼、厂房或者别的非住房", "单位", "不主张"))


def number_of(name: str) -> str:
    """The made-up identity number of a demo person."""
    with (DATA / "demo_people.csv").open(encoding="utf-8", newline="") as rows:
        return next(row["number"] for row in csv.DictReader(rows) if row["name"] == name)


def log_in(page: Page, name: str) -> None:
    """One click on a demo person."""
    page.goto("/login")
    press_person(page, name)


def press_person(page: Page, name: str) -> None:
    """The button of a demo person, on the log-in page that is open; others' notes may name him too."""
    button = page.locator("button.person", has=page.locator("b", has_text=name))
    if not button.is_visible():
        page.get_by_text("别的角色").click()
    button.click()


def find(page: Page, words: str, item: str = "契税申报") -> None:
    """From the home page, in one's own words, to the guide of the item."""
    page.goto("/")
    page.get_by_label("用您自己的话说").fill(words)
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=item).first.click()


def describe(page: Page, *answers: str) -> None:
    """The questions are answered one by one as they come."""
    for answer in answers:
        page.get_by_role("radio", name=answer, exact=True).check()
        page.get_by_role("button", name="下一步").click()


def begin(page: Page, who: Applicant) -> None:
    """From the guide to the task list of a fresh draft, logging in on the way if need be."""
    page.get_by_role("link", name="开始办").click()
    describe(page, *who.answers)
    page.get_by_role("button", name="网上开始办").click()
    if page.get_by_role("heading", name="选一位演示人物登录").count():
        page.locator("button.person", has=page.locator("b", has_text=who.name)).click()
        page.get_by_role("button", name="接着办").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(who.item)


def go_through(page: Page, limit: int = 12) -> None:
    """Every page of the form is confirmed as it stands, until the answers are to be checked."""
    for _ in range(limit):
        if page.get_by_role("heading", level=1).inner_text() == CHECK:
            return
        page.get_by_role("button", name="下一步").click()
    raise AssertionError("the form does not end")


def fill_in(page: Page, who: Applicant) -> None:
    """From the task list to the check of all answers, typing only what nobody knows yet."""
    page.locator("main").get_by_role("link", name="接着填").or_(page.locator(".acts").get_by_role("link", name=CHECK)).click()
    for _ in range(12):
        heading = page.get_by_role("heading", level=1).inner_text()
        if heading in (CHECK, "只有您才有的材料"):
            return
        if who.other and page.get_by_label("对方的公民身份号码").count():
            page.get_by_label("对方的公民身份号码").fill(number_of(who.other))
        for _ in range(10):
            if page.get_by_role("button", name="再取一次").count():
                page.get_by_role("button", name="再取一次").click()
        page.get_by_role("button", name="下一步").click()
    raise AssertionError("the form does not end")


def draft(page: Page, who: Applicant) -> str:
    """A fresh draft of this applicant, begun from the guide; its address."""
    log_in(page, who.name)
    page.goto(f"/items/{who.key}")
    if page.get_by_role("link", name="继续办").count():
        throw_away(page, who.key)
        page.goto(f"/items/{who.key}")
    begin(page, who)
    return page.url.removesuffix("/tasks")


def throw_away(page: Page, key: str = "deed-tax") -> None:
    """The open draft, if there is one, is deleted."""
    page.goto(f"/items/{key}")
    if page.get_by_role("link", name="继续办").count():
        page.get_by_role("link", name="继续办").click()
        page.get_by_role("link", name="继续上次").click()
        page.get_by_role("link", name="删掉这份草稿").click()
        page.get_by_role("button", name="删掉").click()


def submit(page: Page) -> str:
    """The case is filed; its address."""
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/receipt")
    return page.url.removesuffix("/receipt")


def pay(page: Page, case: str) -> None:
    """From the case, once it is decided, through the gateway's page and back."""
    until(page, case, "去缴费")
    page.get_by_role("link", name="去缴费").click()
    page.get_by_role("button", name="去支付").click()
    if page.get_by_role("button", name="是我本人").count():
        page.get_by_role("button", name="是我本人").click()
        page.get_by_role("button", name="去支付").click()
    page.get_by_role("link", name="打开支付页面").click()
    page.get_by_role("button", name="支付", exact=True).click()
    page.get_by_role("link", name="返回办事页面").click()


def until(page: Page, address: str, words: str, seconds: int = 60) -> None:
    """The page is looked at again until it says these words."""
    for _ in range(seconds * 2):
        page.goto(address)
        if page.locator("main").get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never said “{words}”:\n{page.locator('main').inner_text()}")


def account(page: Page) -> str:
    """The running account of visits on a case's page."""
    return page.locator("section", has=page.get_by_role("heading", name="这次跑腿账")).locator(".account").inner_text()
