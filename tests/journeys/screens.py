"""Every screen of the portal: who looks at it, where it is, what is pressed to see it. The checks of UX run over this list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from tests.journeys.walks import LI, ZHANG, ZHOU, draft, fill_in, log_in, pay, submit, until
from tests.living import City

OFFICER, REVIEWER, CLERK = "吴敏", "周海峰", "孙玉兰"
STRANGER = ""


@dataclass(frozen=True)
class Screen:
    """One screen: `path` names ids of the scene in braces; `act` is done once the page is there."""

    title: str
    who: str
    path: str
    act: Callable[[Page], None] | None = None
    status: int = 200


@dataclass
class Scene:
    """Cases, drafts and licences that screens need, and a browser profile for each person."""

    city: City
    browser: Browser
    ids: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """A fresh page of this person, logged in."""
        if who not in self.profiles:
            made = self.browser.new_context(base_url=self.city.url, locale="zh-CN", reduced_motion="reduce")
            made.set_default_timeout(15000)
            self.profiles[who] = made
            if who:
                first = made.new_page()
                log_in(first, who)
                first.close()
        return self.profiles[who].new_page()

    def show(self, screen: Screen) -> Page:
        """The screen, open."""
        page = self.page(screen.who)
        page.goto(screen.path.format_map(self.ids))
        if screen.act:
            screen.act(page)
        return page


def staged(city: City, browser: Browser) -> Scene:
    """The scene, played by people: a case that is over, one to be paid, one with an officer, and two drafts."""
    scene = Scene(city, browser)
    page = scene.page(ZHANG.name)
    draft(page, ZHANG)
    fill_in(page, ZHANG)
    scene.ids["over"] = submit(page)
    pay(page, scene.ids["over"])
    until(page, scene.ids["over"], "结果已存入")
    page.goto("/licences")
    scene.ids["verify"] = page.get_by_role("link", name="验证页").first.get_attribute("href") or ""
    scene.ids["draft"] = draft(page, ZHANG)
    scene.ids["draft_id"] = scene.ids["draft"].rpartition("/")[2]
    page.close()
    page = scene.page(LI.name)
    draft(page, LI)
    fill_in(page, LI)
    scene.ids["unpaid"] = submit(page)
    until(page, scene.ids["unpaid"], "去缴费")
    page.close()
    with_the_officer(scene)
    return scene


def with_the_officer(scene: Scene) -> None:
    """A will that a chief has in hand, one that is to be mended, and a draft with a paper to hand in."""
    page = scene.page(ZHOU.name)
    scene.ids["waiting"], scene.ids["desk"] = a_will(scene, page, OFFICER)
    scene.ids["mending"], scene.ids["asked"] = a_will(scene, page, REVIEWER)
    desk = scene.page(REVIEWER)
    desk.goto(f"{scene.ids['asked']}/ask")
    will = desk.get_by_role("group", name="遗嘱")
    will.get_by_label("要补正").check()
    will.get_by_label("哪里不对").fill("第2页的日期看不清。")
    will.get_by_label("怎么改").fill("请在亮处重新拍第2页。")
    desk.get_by_role("button", name="一次告知申请人").click()
    scene.ids["will"] = draft(page, ZHOU)
    page.close()
    desk.close()


def a_will(scene: Scene, page: Page, officer: str) -> tuple[str, str]:
    """A will, filed and taken by this officer: the addresses of the case, and of its page on the desk."""
    case, short = filed_will(page)
    desk = scene.page(officer)
    desk.goto("/workbench/")
    desk.locator("tr", has_text=short).get_by_role("button", name="领取").click()
    desk.wait_for_url("**/workbench/cases/*-*")
    address = desk.url
    desk.close()
    return case, address


def filed_will(page: Page) -> tuple[str, str]:
    """A will that waits for an officer: the address of the case, and its last digits."""
    draft(page, ZHOU)
    fill_in(page, ZHOU)
    photo = page.screenshot()
    page.get_by_label("遗嘱").set_input_files({"name": "遗嘱.png", "mimeType": "image/png", "buffer": photo})
    page.get_by_role("button", name="上传并继续").click()
    case = submit(page)
    until(page, case, "由工作人员核定")
    return case, page.locator(".crumbs .no").inner_text()


def press(name: str) -> Callable[[Page], None]:
    """The button of this name is pressed."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def open_all(page: Page) -> None:
    """Everything that is folded is shown."""
    for summary in page.locator("main summary").all():
        summary.click()


def type_wrongly(page: Page) -> None:
    """A telephone number that is none."""
    page.get_by_label("联系电话").fill("12")
    page.get_by_role("button", name="下一步").click()


def object_to(page: Page) -> None:
    """An objection that is begun without a word."""
    page.get_by_role("button", name="提出异议").click()


def save_what_is_stale(page: Page) -> None:
    """A page that another one overtook."""
    page.evaluate("document.querySelector('input[name=version]').value = '999'")
    page.get_by_label("联系电话").fill("0552-3000009")
    page.get_by_role("button", name="下一步").click()


def sign_without_a_word(page: Page) -> None:
    """An officer who grants and writes nothing."""
    page.get_by_role("button", name="准予").click()


def go_to_the_gateway(page: Page) -> None:
    """The page with the link to the gateway; in between the second factor, if the session is no longer fresh."""
    page.get_by_role("button", name="去支付").click()
    if page.get_by_role("button", name="是我本人").count():
        page.get_by_role("button", name="是我本人").click()
        page.get_by_role("button", name="去支付").click()


HOME = "/items/deed-tax/check?q.act=purchase&q.object=home&q.buyer=person&q.special=no"
SCREENS: tuple[Screen, ...] = (
    Screen("home", STRANGER, "/"),
    Screen("search with answers", STRANGER, "/search?q=买房交税"),
    Screen("search without answers", STRANGER, "/search?q=火星移民许可"),
    Screen("theme", STRANGER, "/themes/税务"),
    Screen("place", STRANGER, "/place"),
    Screen("list once", STRANGER, "/lists/once"),
    Screen("list of exceptions", STRANGER, "/lists/exceptions"),
    Screen("guide", STRANGER, "/items/deed-tax"),
    Screen("guide, unfolded", STRANGER, "/items/deed-tax", open_all),
    Screen("guide with one's own forms", ZHANG.name, "/items/deed-tax"),
    Screen("remark on a section", STRANGER, "/items/deed-tax/remark?element=materials"),
    Screen("remark without a word", STRANGER, "/items/deed-tax/remark?element=limits", press("告诉编辑")),
    Screen("first question", STRANGER, "/items/deed-tax/check"),
    Screen("question not answered", STRANGER, "/items/deed-tax/check", press("下一步")),
    Screen("verdict", STRANGER, HOME, open_all),
    Screen("log-in", STRANGER, "/login", open_all),
    Screen("verify", STRANGER, "/verify"),
    Screen("verify, found", STRANGER, "{verify}"),
    Screen("verify, nothing found", STRANGER, "/verify/ABCDEFGH", status=404),
    Screen("no such page", STRANGER, "/nowhere", status=404),
    Screen("not by this way", STRANGER, "/logout", status=405),
    Screen("home with something to do", ZHANG.name, "/"),
    Screen("my cases", ZHANG.name, "/cases"),
    Screen("a case that is over", ZHANG.name, "{over}", open_all),
    Screen("receipt", ZHANG.name, "{over}/receipt"),
    Screen("paid bill", ZHANG.name, "{over}/pay"),
    Screen("my licences", ZHANG.name, "/licences", open_all),
    Screen("messages", ZHANG.name, "/messages"),
    Screen("me", ZHANG.name, "/me"),
    Screen("who looked", ZHANG.name, "/me/readings"),
    Screen("resume", ZHANG.name, "/items/deed-tax/start", open_all),
    Screen("task list", ZHANG.name, "{draft}/tasks"),
    Screen("questions of a draft", ZHANG.name, "{draft}/fill/1"),
    Screen("a field", ZHANG.name, "{draft}/fill/2"),
    Screen("a wrong field", ZHANG.name, "{draft}/fill/2", type_wrongly),
    Screen("two pages at once", ZHANG.name, "{draft}/fill/2", save_what_is_stale),
    Screen("what we fetched", ZHANG.name, "{draft}/fill/3"),
    Screen("objection", ZHANG.name, "{draft}/dispute/name"),
    Screen("objection without a word", ZHANG.name, "{draft}/dispute/name", object_to),
    Screen("check of answers", ZHANG.name, "{draft}/check"),
    Screen("delete a draft", ZHANG.name, "{draft}/withdraw"),
    Screen("second factor", ZHANG.name, "/confirm"),
    Screen("back from another tab", ZHANG.name, "/back"),
    Screen("somebody else's case", ZHANG.name, "{unpaid}", status=404),
    Screen("may not", ZHANG.name, "/workbench/", status=403),
    Screen("a case to be paid", LI.name, "{unpaid}"),
    Screen("bill", LI.name, "{unpaid}/pay"),
    Screen("to the gateway", LI.name, "{unpaid}/pay", go_to_the_gateway),
    Screen("begin", LI.name, "/items/deed-tax/start"),
    Screen("no licences yet", LI.name, "/licences"),
    Screen("a case with people", ZHOU.name, "{waiting}"),
    Screen("withdraw", ZHOU.name, "{waiting}/withdraw"),
    Screen("papers", ZHOU.name, "{will}/papers"),
    Screen("correction", ZHOU.name, "{mending}/mend"),
    Screen("correction without the paper", ZHOU.name, "{mending}/mend", press("交来补正")),
    Screen("a case to be mended", ZHOU.name, "{mending}"),
    Screen("work", OFFICER, "/workbench/"),
    Screen("a case on the desk", OFFICER, "{desk}"),
    Screen("asking for a correction", REVIEWER, "{asked}/ask"),
    Screen("signing", OFFICER, "{desk}/decide"),
    Screen("signing without a word", OFFICER, "{desk}/decide", sign_without_a_word),
    Screen("an act", OFFICER, "{desk}/do/reassign"),
    Screen("an act without what it asks", OFFICER, "{desk}/do/extend", press("延长期限")),
    Screen("a case that somebody else has", OFFICER, "{asked}"),
    Screen("colleagues", OFFICER, "/workbench/colleagues"),
    Screen("leave of nobody", OFFICER, "/workbench/colleagues", press("登记请假")),
    Screen("refunds", OFFICER, "/workbench/refunds"),
    Screen("results to hand over", CLERK, "/workbench/results"),
    Screen("log-in of staff", STRANGER, "/workbench/login"),
)
BY_TITLE: Mapping[str, Screen] = {screen.title: screen for screen in SCREENS}
