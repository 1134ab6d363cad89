"""The guide's page and what hangs on it: forms in two formats, one's own data in them, speech, and a word to the editor."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from docx import Document
from tests.cases import ground
from tests.catalogue.test_documents import text, word
from tests.channels.portal.conftest import logged_in

from onevisit.access import SYSTEM, Actor
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue.models import Remark
from onevisit.identity.limits import LIMITS
from onevisit.identity.models import Reading
from onevisit.papers.inspection import DOCX

HERE = f"?division={ground.NEAR}"
GUIDE = f"/items/stall{HERE}"
FORM, OWN = f"/items/stall/form.docx{HERE}", f"/items/stall/my-form.docx{HERE}"
SECTIONS = ("materials", "process", "faq", "item", "limits", "fees", "results", "places")


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/items/[^"]+)"', page)]


def test_every_link_of_the_guide_leads_somewhere(browser: Client) -> None:
    page = browser.get(GUIDE).content.decode()
    found = [one for one in links(page) if "/start" not in one]
    assert {"form.pdf", "form.docx", "sample.pdf", "sample.docx", "my-form.pdf", "my-form.docx", "speech.txt", "guide.pdf"} <= {
        one.partition("?")[0].rpartition("/")[2] for one in found
    }
    for one in found:
        assert browser.get(one).status_code == 200, one


def test_the_answers_in_the_address_go_into_each_form(browser: Client) -> None:
    page = browser.get(f"{GUIDE}&q.food=yes").content.decode()
    form = next(one for one in links(page) if "/form.docx" in one)
    assert "q.food=yes" in form
    assert any("☑卖" in one for one in word(browser.get(form).content))


def test_a_word_form_is_a_download_and_print_is_shown(browser: Client) -> None:
    kept, shown = browser.get(FORM), browser.get(FORM.replace("docx", "pdf"))
    assert (kept["Content-Type"], kept["Content-Disposition"]) == (DOCX, 'attachment; filename="stall-form.docx"')
    assert shown["Content-Disposition"].startswith("inline")


def test_who_is_logged_in_takes_his_own_data_along_and_nobody_keeps_it(browser: Client, zhang: Actor) -> None:
    draft = ground.a_draft(zhang, "yes")
    answer = browser.get(OWN)
    said = word(answer.content)
    assert answer["Cache-Control"] == "no-store"
    for known in ("已填上您的信息", "手工布鞋", ground.TYPED["area"], ground.TYPED["phone"], "☑是　□否"):
        assert known in said, known
    assert any("☑卖" in one for one in said), "the answers of the draft"
    assert "手工布鞋" in text(browser.get(OWN.replace("docx", "pdf")).content)
    assert not Reading.objects.filter(case=draft.id).exists(), "one's own look is no reading of another"


def test_without_a_draft_the_account_fills_what_it_knows(browser: Client) -> None:
    said = word(browser.get(OWN).content)
    assert any(re.search(r"1540000\d{4}", one) for one in said)
    assert not any("手工布鞋" in one for one in said)


def test_a_form_for_everybody_never_bears_anybody_s_data(browser: Client, zhang: Actor) -> None:
    ground.a_draft(zhang)
    for path in (FORM, FORM.replace("form", "sample"), f"/items/stall/papers/permit.html.docx{HERE}"):
        assert not any("布鞋" in one or "15400" in one for one in word(browser.get(path).content)), path
    other = word(logged_in("li-fugen").get(OWN).content)
    assert not any("布鞋" in one for one in other)


def test_who_is_not_logged_in_is_asked_to_be(city: None) -> None:
    page, answer = Client().get(GUIDE).content.decode(), Client().get(OWN)
    assert answer.status_code == 302
    assert "/login" in answer["Location"]
    assert "my-form" not in page
    assert "要在表上带好您的信息，请" in page


def test_a_word_form_opens_again(browser: Client) -> None:
    document = Document(BytesIO(browser.get(FORM).content))
    assert document.core_properties.title.startswith("摆摊经营许可申请表（空白表）　第1版")


def test_the_spoken_text_is_plain_and_of_the_situation(browser: Client) -> None:
    answer = browser.get(f"/items/stall/speech.txt{HERE}&q.food=no")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "健康证明" not in answer.content.decode()
    assert "健康证明" in browser.get(f"/items/stall/speech.txt{HERE}").content.decode()


def test_each_section_leads_to_its_own_remark_and_shows_nobody_else_s(browser: Client) -> None:
    page = browser.get(GUIDE).content.decode()
    for section in SECTIONS:
        path = f"/items/stall/remark{HERE}&element={section}"
        assert path in links(page)
        assert browser.get(path).status_code == 200, section
    assert browser.get(f"/items/stall/remark{HERE}&element=materials.colour").status_code == 404
    browser.post(f"/items/stall/remark{HERE}&element=materials.photo", {"said": "这是陌生人写的话"})
    assert Remark.objects.count() == 1
    for path in (GUIDE, f"/items/stall/remark{HERE}&element=materials.photo", f"/api/v1/items/stall/guide{HERE}"):
        assert "陌生人" not in browser.get(path).content.decode(), path


def test_a_remark_quotes_its_part_and_has_a_page_of_its_own(city: None) -> None:
    visitor = Client()
    page = visitor.get(f"/items/stall/remark{HERE}&element=materials.photo").content.decode()
    assert "<q>摊位照片</q>" in page
    assert 'type="radio"' not in page
    sent = visitor.post(f"/items/stall/remark{HERE}&element=materials.photo", {"said": "要几张没有写"}, follow=True)
    assert sent.redirect_chain
    assert "已经转给编辑" in sent.content.decode()
    assert "要几张没有写" in sent.content.decode()


def test_of_several_parts_one_is_picked_and_what_was_typed_stays(city: None) -> None:
    visitor, path = Client(), f"/items/stall/remark{HERE}&element=materials"
    answer = visitor.post(path, {"said": "要几张没有写"})
    assert answer.status_code == 422
    assert "请选一处" in answer.content.decode()
    assert ">要几张没有写</textarea>" in answer.content.decode()
    answer = visitor.post(path, {"said": "不对", "element": "materials.exam"})
    assert answer.status_code == 422
    assert 'value="materials.exam" checked' in answer.content.decode()
    assert "要写4到500个字" in answer.content.decode()
    assert visitor.post(path, {"said": "体检报告是哪里的", "element": "materials.exam"}).status_code == 302
    assert visitor.post(path, {"said": "体检报告是哪里的", "element": "results.nothing"}).status_code == 422
    assert Remark.objects.get().element == "materials.exam"


def test_nobody_floods_the_editors(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "remark", replace(LIMITS["remark"], most=1, every=3600))  # type: ignore[arg-type]
    visitor, path = Client(), f"/items/stall/remark{HERE}"
    assert visitor.post(path, {"said": "看不懂第一句"}).status_code == 302
    again = visitor.post(path, {"said": "看不懂第二句"})
    assert again.status_code == 429
    assert "看不懂第二句" in again.content.decode(), "to be sent again later"
    assert Remark.objects.count() == 1


def test_the_name_of_a_file_can_t_change_the_header_that_holds_it(city: None, tmp_path: Path) -> None:
    name = '样"表;a=b'
    forms = tmp_path / "new" / "stall" / "forms"
    forms.mkdir(parents=True)
    (forms / f"{name}.html").write_text("<h1>样表</h1><p>甲</p>", encoding="utf-8")
    named = ground.STALL.replace("form: {kind: copy, copies: 1}", f"form: {{kind: copy, copies: 1, template: '{name}.html'}}", 1)
    catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path / "new", named))
    for ending, disposition in (("", "inline"), (".docx", "attachment")):
        answer = Client().get(f"/items/stall/papers/{quote(name)}.html{ending}{HERE}")
        assert answer.status_code == 200
        kept = quote(f"stall-{name}{ending or '.pdf'}", safe="")
        assert answer["Content-Disposition"] == f"{disposition}; filename*=utf-8''{kept}"
