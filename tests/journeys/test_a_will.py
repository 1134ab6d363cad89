"""周子航 inherits from his uncle by a will: no register knows of it, so a person decides, with a reason that he can read."""

from playwright.sync_api import FilePayload, Page, expect
from tests.journeys.walks import ZHOU, account, draft, fill_in, log_in, pay, submit, until

OPINION = "看了公证遗嘱和公证书，周子航是受遗赠人。房屋价格参照同地段成交价核定。"


def hand_in_the_will(page: Page) -> None:
    """The only paper that nobody but the applicant has."""
    photo = page.screenshot()
    page.get_by_label("遗嘱").set_input_files({"name": "遗嘱第1页.png", "mimeType": "image/png", "buffer": photo})
    page.get_by_role("button", name="上传并继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    expect(page.locator("main")).to_contain_text("遗嘱第1页.png")


def test_a_will_to_a_nephew_is_decided_by_a_person(page: Page, officer: Page) -> None:
    draft(page, ZHOU)
    fill_in(page, ZHOU)
    hand_in_the_will(page)
    case = submit(page)
    until(page, case, "由工作人员核定")
    expect(page.get_by_role("link", name="去缴费")).to_have_count(0)

    log_in(officer, "吴敏")
    officer.get_by_role("button", name="领取").first.click()
    officer.get_by_role("link", name="核定和签发").click()
    expect(officer.locator("main")).to_contain_text("税务机关核定的价格、核实的关系")
    officer.get_by_role("button", name="准予").click()
    expect(officer).to_have_title("有错误：核定：契税申报 - 一次办")
    officer.get_by_label("核定说明").fill(OPINION)
    officer.get_by_label("税务机关核定的价格").fill("620000")
    officer.get_by_role("radio", name="受遗赠人").check()
    officer.get_by_role("button", name="保存核定，看结果").click()
    expect(officer.locator("#result")).to_contain_text("18,600.00元")
    expect(officer.get_by_label("核定说明")).to_have_value(OPINION)
    officer.get_by_role("button", name="准予").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("待办")

    until(page, case, "请缴费")
    expect(page.locator("main")).to_contain_text(OPINION)
    expect(page.locator("main")).to_contain_text("由龙子湖区税务局的工作人员作出")
    pay(page, case)
    until(page, case, "结果已存入")
    assert account(page) == "0 / 0"
    page.goto("/licences")
    expect(page.locator(".cards section")).to_contain_text("契税完税证明")
    page.goto("/me/readings")
    expect(page.locator("table")).to_contain_text("审批科长")


def test_an_unclear_will_is_photographed_again(page: Page, officer: Page) -> None:
    draft(page, ZHOU)
    fill_in(page, ZHOU)
    hand_in_the_will(page)
    case = submit(page)
    until(page, case, "由工作人员核定")
    log_in(officer, "周海峰")
    officer.get_by_role("button", name="领取").first.click()
    officer.get_by_role("link", name="要求补正").click()
    officer.get_by_role("button", name="一次告知申请人").click()
    expect(officer.get_by_role("alert")).to_contain_text("请至少勾选一处")
    will = officer.get_by_role("group", name="遗嘱")
    will.get_by_label("要补正").check()
    will.get_by_label("哪里不对").fill("第2页的日期看不清。")
    will.get_by_label("怎么改").fill("")
    officer.get_by_role("button", name="一次告知申请人").click()
    expect(will.get_by_label("哪里不对")).to_have_value("第2页的日期看不清。")
    will.get_by_label("怎么改").fill("请在亮处重新拍第2页。")
    officer.get_by_role("button", name="一次告知申请人").click()
    expect(officer.get_by_role("region", name="等申请人补正")).to_contain_text("第2页的日期看不清。")
    officer.get_by_role("link", name="交回待办").click()
    officer.get_by_role("button", name="交回待办").click()
    expect(officer.locator("main")).to_contain_text("等申请人补正")

    until(page, case, "去补正")
    page.get_by_role("link", name="去补正").click()
    expect(page.locator("main")).to_contain_text("第2页的日期看不清。")
    page.get_by_role("button", name="交来补正").click()
    expect(page.get_by_role("alert")).to_contain_text("请上传新的")
    again: FilePayload = {"name": "遗嘱第2页重拍.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.get_by_label("重新上传遗嘱").set_input_files(again)
    page.get_by_role("button", name="交来补正").click()
    until(page, case, "由工作人员核定")
    expect(page.locator("main")).to_contain_text("遗嘱第2页重拍.png")
    page.goto(f"{case}/withdraw")
    page.get_by_role("button", name="撤回").click()


def test_a_refusal_needs_reasons_and_the_applicant_reads_them(page: Page, officer: Page) -> None:
    draft(page, ZHOU)
    fill_in(page, ZHOU)
    hand_in_the_will(page)
    case = submit(page)
    until(page, case, "由工作人员核定")
    log_in(officer, "吴敏")
    officer.get_by_role("button", name="领取").first.click()
    officer.get_by_role("link", name="核定和签发").click()
    officer.get_by_role("button", name="不予").click()
    expect(officer.get_by_text("请写明核定说明").first).to_be_visible()
    officer.get_by_label("核定说明").fill("遗嘱没有立遗嘱人的签名，依照民法典第一千一百三十四条不发生效力。")
    officer.get_by_role("button", name="不予").click()
    until(page, case, "决定：不予")
    expect(page.locator("main")).to_contain_text("遗嘱没有立遗嘱人的签名")
    expect(page.locator("main")).to_contain_text("行政复议")
    until(page, f"{case}", "决定书")
    page.goto("/licences")
