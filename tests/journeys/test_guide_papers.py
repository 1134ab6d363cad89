"""A citizen takes a guide home: reads, prints, takes a form with his own data along, says what is wrong; an editor answers."""

import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.journeys.walks import ZHANG, press_person

GUIDE = "/items/deed-tax"
WORDS = "合同那一条看不懂，请写清楚"


def fine(page: Page) -> None:
    """Axe finds nothing, light or dark, and a phone does not scroll sideways."""
    for scheme in ("light", "dark"):
        page.locator("html").evaluate("(one, scheme) => one.dataset.theme = scheme", scheme)
        found: Any = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], scheme
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})


def test_he_takes_the_form_home_with_his_own_data_in_it(page: Page) -> None:
    page.goto(GUIDE)
    expect(page.locator("main")).not_to_contain_text("带上我的信息")
    page.get_by_role("link", name="先登录").click()
    press_person(page, ZHANG.name)
    fine(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name=re.compile("Word.*带上我的信息")).click()
    document = Document(Path(kept.value.path()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    mark = page.locator("aside .no").last.inner_text()
    assert any("1540000" in one for one in cells), "his phone"
    assert mark in document.sections[0].footer.paragraphs[0].text
    for name in ("空白表", "填写样表"):
        made = page.request.get(page.get_by_role("link", name=re.compile(f"PDF.*{name}")).get_attribute("href") or "").body()
        said = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
        assert mark in "".join(said.split())
    spoken = page.request.get(page.get_by_role("link", name="朗读文本").get_attribute("href") or "").text()
    assert spoken.splitlines()[-1].endswith(f"校验码是 {' '.join(mark)}。")


def test_what_is_wrong_is_said_without_a_script_and_answered(plain: Page, officer: Page) -> None:
    plain.goto(GUIDE)
    plain.get_by_role("link", name=re.compile("有误？.*要什么材料")).click()
    plain.get_by_role("radio", name="不动产转移合同").check()
    plain.get_by_label("哪里不对，应该是什么").fill("短")
    plain.get_by_role("button", name="告诉编辑").click()
    expect(plain.get_by_role("alert")).to_contain_text("要写4到500个字")
    expect(plain.get_by_role("radio", name="不动产转移合同")).to_be_checked()
    plain.get_by_label("哪里不对，应该是什么").fill(WORDS)
    plain.get_by_role("button", name="告诉编辑").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("已经转给编辑")
    officer.goto("/studio/remarks")
    officer.locator("button.person", has_text="编辑").first.click()
    section = officer.locator("section", has_text=WORDS)
    expect(section).to_contain_text("要什么材料")
    fine(officer)
    section.get_by_label("答复").fill("合同由我们来取，您不用交。")
    section.get_by_role("button", name="答复").click()
    expect(officer.locator("main")).not_to_contain_text("要什么材料")
    plain.reload()
    expect(plain.get_by_role("heading", level=1)).to_have_text("编辑答复了")
    expect(plain.locator("main")).to_contain_text("合同由我们来取")
    plain.goto(GUIDE)
    expect(plain.locator("main")).not_to_contain_text(WORDS)


def test_the_page_of_a_remark_and_the_lists_are_for_everybody(page: Page) -> None:
    for path in (f"{GUIDE}/remark?element=materials", f"{GUIDE}/remark?element=limits", "/lists/zero"):
        page.goto(path)
        fine(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载表格（XLSX）").click()
    names = [row[0].value for row in load_workbook(BytesIO(Path(kept.value.path()).read_bytes())).worksheets[0].iter_rows()]
    assert names[0] == "事项名称"
    assert "契税申报" in names
    assert page.request.get("/lists/zero.pdf?level=county").body().startswith(b"%PDF")
