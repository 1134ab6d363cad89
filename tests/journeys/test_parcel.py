"""张晓月 wants her certificate in the post: she chooses, follows the parcel, sends it another way; then it is there."""

import urllib.request
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.walks import CHECK, LI, ZHANG, Applicant, account, draft, fill_in, pay, submit, until
from tests.living import City

HOME = "蚌埠市龙子湖区示例路1号2幢301室"


@pytest.fixture(autouse=True)
def courier(city: City) -> Iterator[None]:
    """The courier is there, and moves parcels when its clerk presses a button."""
    city.start("courier")
    city.wait_for(lambda: _is_up(city), "the courier")
    city.trouble("courier", road="hand", seconds="0", callback="normal", answer="normal")
    yield
    city.trouble("courier", callback="normal", answer="normal")


def _is_up(city: City) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{city.courier}/livez", timeout=2).close()
    except OSError:
        return False
    return True


def pressed(city: City, case: str, state: str) -> None:
    """The courier's clerk moves the newest parcel of the case, once the courier has it."""
    query = """SELECT p.public_id::text FROM deliveries_parcel p JOIN deliveries_delivery d ON d.id = p.delivery_id
        WHERE d."case" = %s AND p.number <> '' AND p.state IN ('moving', 'missed') ORDER BY p.id DESC LIMIT 1"""
    city.wait_for(lambda: city.rows(query, case.rpartition("/")[2]), "the parcel")
    sent = urlencode({"parcel": city.rows(query, case.rpartition("/")[2])[0][0], "state": state}).encode()
    urllib.request.urlopen(f"http://127.0.0.1:{city.courier}/control", data=sent, timeout=10).close()


def checked(page: Page, who: Applicant) -> None:
    """The check of all answers of a fresh draft."""
    draft(page, who)
    fill_in(page, who)
    expect(page.get_by_role("heading", level=1)).to_have_text(CHECK)


def test_a_certificate_comes_in_the_post(page: Page, city: City) -> None:
    checked(page, ZHANG)
    expect(page.get_by_role("radio", name="只要电子证照")).to_be_checked()
    expect(page.get_by_label("详细地址")).to_be_hidden()
    page.get_by_role("radio", name="快递寄来").check()
    expect(page.get_by_label("收件人")).to_have_value("张晓月")
    page.get_by_label("手机号码").fill("15")
    expect(page.locator(".autosave")).to_contain_text("已自动保存", timeout=10_000)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#errors")).to_contain_text("请填写“详细地址”")
    page.get_by_role("link", name="“手机号码”要填").click()
    expect(page.get_by_label("手机号码")).to_be_focused()
    expect(page.get_by_label("手机号码")).to_have_value("15")
    page.get_by_label("手机号码").fill("154 0000 0001")
    page.get_by_label("详细地址").fill(HOME)
    case = submit(page)
    pay(page, case)
    until(page, case, "快递正在路上")
    expect(page.get_by_role("heading", level=1)).to_contain_text("等快递送达")
    until(page, case, "契税完税证明已寄出")
    pressed(city, case, "missed")
    until(page, case, "会再投一次")
    pressed(city, case, "moving")
    pressed(city, case, "delivered")
    until(page, case, "结果已存入")
    expect(page.locator("main")).to_contain_text("已签收")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已办结")
    assert account(page) == "0 / 0"
    assert page.locator(".rail .done").count() == 7


def test_what_is_lost_goes_out_again_to_another_address(plain: Page, city: City) -> None:
    checked(plain, LI)
    plain.get_by_role("radio", name="快递寄来").check()
    plain.get_by_label("详细地址").fill("蚌埠市禹会区示例路9号")
    case = submit(plain)
    pay(plain, case)
    until(plain, case, "快递正在路上")
    pressed(city, case, "lost")
    until(plain, case, "快递送不到")
    plain.get_by_role("link", name="改送达方式").first.click()
    expect(plain.get_by_label("详细地址")).to_have_value("蚌埠市禹会区示例路9号")
    plain.get_by_role("button", name="就这样送").click()
    expect(plain.locator("#errors")).to_contain_text("请选改成哪一种")
    plain.get_by_role("radio", name="快递寄来").check()
    plain.get_by_label("详细地址").fill(HOME)
    plain.get_by_role("button", name="就这样送").click()
    until(plain, case, "快递已收寄")
    pressed(city, case, "returned")
    until(plain, case, "退回来了")
    plain.get_by_role("link", name="重新寄送").click()
    expect(plain.get_by_label("详细地址")).to_have_value(HOME)
    plain.get_by_role("button", name="就这样送").click()
    pressed(city, case, "delivered")
    until(plain, case, "结果已存入")


def test_where_it_goes_may_be_changed_until_it_is_made(page: Page) -> None:
    checked(page, LI)
    case = submit(page)
    until(page, case, "去缴费")
    page.get_by_role("link", name="改送达方式").click()
    page.get_by_role("radio", name="到大厅领取").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("办好以后：到大厅领取，要跑一次")
    pay(page, case)
    until(page, case, "改成快递")
    expect(page.get_by_role("heading", level=1)).to_contain_text("等您领取")
    page.goto("/cases")
    expect(page.locator("main")).to_contain_text("等您领取")
