"""The studio's pages over HTTP: who may see what, what a refused act tells, what a trial import shows."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cases import accounts
from tests.cases.accounts import Somebody
from tests.catalogue.test_documents import text
from tests.catalogue.town import small_city, small_pack
from tests.channels.studio.test_editing import Form

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, packs, revisions
from onevisit.catalogue.models import Revision, RevisionFile, Trial
from onevisit.channels.studio.editing.words import SECTIONS

pytestmark = pytest.mark.django_db
SHEET = """事项名称,事项类型,行使层级,承诺办结时限,法定办结时限,服务对象,办理部门,材料名称,设定依据
小店经营许可,行政许可,县级,5,20,自然人,市场监督管理局,其他材料,
"""
ITEM = "/studio/items/shop-permit/county"


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))


@pytest.fixture
def editor() -> Somebody:
    return accounts.officer("chen-xi", "editor")


@pytest.fixture
def publisher() -> Somebody:
    return accounts.officer("xiang-yun", "publisher")


def begun(editor: Somebody) -> str:
    """The address of a draft."""
    answer = editor.http.post(f"{ITEM}/begin")
    return str(answer["Location"]).rpartition("/edit/")[0]


def everywhere(draft: str) -> Iterator[str]:
    yield from ("/studio/", ITEM, draft, f"{draft}/preview", f"{draft}/edit/materials", "/studio/words", "/studio/import")


def test_nobody_sees_a_draft_but_editors(editor: Somebody) -> None:
    draft = begun(editor)
    clerk, stranger = accounts.officer("sun-yulan", "window"), accounts.nobody()
    for address in everywhere(draft):
        assert editor.http.get(address).status_code == 200, address
        assert clerk.http.get(address).status_code == 403, address
        answer = stranger.http.get(address)
        assert (answer.status_code, answer["Location"].startswith("/studio/login?next=")) == (302, True), address
    for address in (f"{draft}/save/materials", f"{draft}/publish", f"{draft}/submit", f"{ITEM}/revert", "/studio/import/keep"):
        assert clerk.http.post(address).status_code in (403, 404), address


def test_what_does_not_exist_is_not_there(editor: Somebody) -> None:
    for address in (
        "/studio/items/nothing/county", "/studio/revisions/11111111-1111-1111-1111-111111111111",
        f"{begun(editor)}/edit/nothing", "/studio/items/shop-permit/planet",
    ):  # fmt: skip
        assert editor.http.get(address).status_code == 404, address


def test_a_refused_publication_says_why_and_keeps_what_was_typed(editor: Somebody, publisher: Somebody) -> None:
    draft = begun(editor)
    answer = editor.http.post(f"{draft}/submit", {"note": ""})
    assert answer.status_code == 422
    assert "请写明为什么改" in answer.content.decode()
    assert editor.http.post(f"{draft}/save/faq", {"version": "0", "faq.0.q": "多久？", "faq.0.a": "五天。"}).status_code == 200
    editor.http.post(f"{draft}/submit", {"note": "说清楚。"})
    answer = publisher.http.post(f"{draft}/publish", {"effective": "2030-01-01T09:00"})
    assert answer.status_code == 422
    assert "一个工作日以内" in answer.content.decode()
    assert 'value="2030-01-01T09:00"' in answer.content.decode()
    assert publisher.http.post(f"{draft}/publish", {"effective": "明天"}).status_code == 422


def test_the_answer_of_a_save_tells_faults_visits_and_sections(editor: Somebody) -> None:
    draft = begun(editor)
    sent = {"version": "0", "faq.0.q": "多久？", "faq.0.a": "视情况而定。"}
    answer = editor.http.post(f"{draft}/save/faq", sent)
    told = answer.json()
    assert (answer.status_code, told["version"]) == (200, 1)
    assert [one["path"] for one in told["faults"] if one["path"].startswith("faq")] == ["faq.0.a"]
    assert "要跑几次" in told["side"]
    assert 'aria-current="page"' in told["tabs"]
    assert "<svg" in told["dag"]
    assert editor.http.post(f"{draft}/save/faq", sent).status_code == 409
    assert accounts.nobody().http.post(f"{draft}/save/faq", sent).status_code == 401


def test_what_the_city_can_get_is_not_saved_as_the_applicant_s(editor: Somebody) -> None:
    draft = begun(editor)
    sent = {"version": "0", "materials.0.id": "identity", "materials.0.name": "居民身份证", "materials.0.source": "applicant",
            "materials.0.basis.0.law": "示例小店法"}  # fmt: skip
    answer = editor.http.post(f"{draft}/save/materials", sent)
    assert answer.status_code == 422
    assert "居民身份证" in answer.json()["message"]
    page = editor.http.post(f"{draft}/edit/materials", sent)
    assert page.status_code == 422
    assert 'value="applicant"' in page.content.decode()
    assert Revision.objects.get().saved == 0


def test_hostile_controls_do_no_harm(editor: Somebody) -> None:
    draft = begun(editor)
    name = "<script>alert(1)</script>{{7*7}}"
    sent = {"version": "0", "materials.0.id": "x", "materials.0.name": name, "item.name": "别的", "level": "city",
            "materials.999999999999.name": "x", "process.0.id": "p"}  # fmt: skip
    assert editor.http.post(f"{draft}/save/materials", sent).status_code == 200
    page = editor.http.get(f"{draft}/edit/materials").content.decode()
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
    kept = revisions.revision(draft.rpartition("/")[2]).document
    assert (kept["item"]["name"], kept["level"], kept["process"][0]["id"]) == ("小店经营许可", "county", "submit")


def test_a_trial_import_shows_cells_and_imports_nothing_until_it_is_wanted(editor: Somebody) -> None:
    file = io.BytesIO(SHEET.encode("gb18030"))
    file.name = "事项.csv"
    page = editor.http.post("/studio/import", {"file": file})
    text = page.content.decode()
    assert page.status_code == 200
    assert "其他材料" in text
    assert "H2" in text
    assert not Revision.objects.exists()
    ticket = text.partition('name="ticket" value="')[2].partition('"')[0]
    other = accounts.officer("fan-li", "editor")
    assert other.http.post("/studio/import/keep", {"ticket": ticket}).status_code == 422
    done = editor.http.post("/studio/import/keep", {"ticket": ticket})
    assert done.status_code == 200
    assert "新建<b>1</b>份修订稿" in done.content.decode()
    assert Revision.objects.count() == 1
    assert not Trial.objects.exists()
    for gone in (ticket, ticket + "x", "", "0" * 4400):
        assert editor.http.post("/studio/import/keep", {"ticket": gone}).status_code == 422


def test_who_may_not_write_stores_nothing(publisher: Somebody) -> None:
    file = io.BytesIO(SHEET.encode())
    file.name = "事项.csv"
    assert "只有编辑能导入表格" in publisher.http.get("/studio/import").content.decode()
    assert publisher.http.post("/studio/import", {"file": file}).status_code == 403
    assert not Trial.objects.exists()


def test_characters_that_no_page_can_show_break_no_page(editor: Somebody) -> None:
    head, row = (line.split(",") for line in SHEET.splitlines())
    odd = [
        dict(zip(head, row, strict=True)),
        {**dict(zip(head, row, strict=True)), "事项名称": "演示\ud800", "行使层级": "\ud800"},
    ]
    file = io.BytesIO(json.dumps(odd).encode())
    file.name = "事项.json"
    page = editor.http.post("/studio/import", {"file": file})
    assert page.status_code == 200
    ticket = page.content.decode().partition('name="ticket" value="')[2].partition('"')[0]
    done = editor.http.post("/studio/import/keep", {"ticket": ticket})
    assert done.status_code == 200
    assert "有不能显示的字符" in done.content.decode()
    assert "新建<b>1</b>份修订稿" in done.content.decode()


def test_every_kind_of_element_has_a_page(editor: Somebody) -> None:
    draft = begun(editor)
    for name in SECTIONS:
        assert editor.http.get(f"{draft}/edit/{name}").status_code == 200, name


def test_an_uploaded_form_is_looked_at_before_it_is_kept(editor: Somebody) -> None:
    draft = begun(editor)

    def sent(name: str, content: bytes) -> tuple[int, str]:
        answer = editor.http.post(f"{draft}/file", {"section": "results", "file": SimpleUploadedFile(name, content)})
        return answer.status_code, answer.content.decode()

    for name, content, why in (
        ('x";a=b.html', b"<p>a</p>", "文件名"),
        ("甲.docx", b"PK\x03\x04\xff\xfe", "文件名"),
        ("甲.html", "<p>甲</p>".encode("gb18030"), "UTF-8"),
        ("甲.html", b"<p></p>", "没有读到文字"),
        ("甲.html", b"a" * (packs.SIZE + 1), "超过2 MB"),
    ):
        status, page = sent(name, content)
        assert (status, why in page) == (409, True), (name, page)
    assert sent("甲.html", "<p>甲</p><![<".encode())[0] == 302
    assert set(RevisionFile.objects.values_list("name", flat=True)) == {"甲.html"}


def test_a_replaced_form_is_named_among_the_changes_and_opens_as_the_public_would_see_it(
    editor: Somebody, publisher: Somebody
) -> None:
    draft = begun(editor)
    assert "完全一样" in editor.http.get(draft).content.decode()
    file = io.BytesIO("<h1>小店许可证样本</h1><p>请先汇款</p><script>alert(1)</script>".encode())
    file.name = "permit.html"
    editor.http.post(f"{draft}/file", {"file": file, "section": "results"})
    editor.http.post(f"{draft}/submit", {"note": "改错别字。", "saved": "1"})
    page = publisher.http.get(draft).content.decode()
    assert "完全一样" not in page
    assert "样本“permit.html”的内容" in page
    assert f'href="{draft}/files/permit.html"' in page
    shown = publisher.http.get(f"{draft}/files/permit.html")
    assert (shown.status_code, shown["Content-Type"], shown["Cache-Control"]) == (200, "application/pdf", "no-store")
    read = text(shown.content)
    assert "请先汇款" in read
    assert "alert" not in read


def test_a_file_of_a_draft_is_nobody_else_s(editor: Somebody) -> None:
    draft = begun(editor)
    assert editor.http.get(f"{draft}/files/permit.html").status_code == 200
    assert editor.http.get(f"{draft}/files/nothing.html").status_code == 404
    assert accounts.officer("sun-yulan", "window").http.get(f"{draft}/files/permit.html").status_code == 403
    assert accounts.nobody().http.get(f"{draft}/files/permit.html").status_code == 302


def kept(draft: str) -> dict[str, object]:
    return dict(revisions.revision(draft.rpartition("/")[2]).document)


def test_a_guide_with_a_hundred_materials_is_saved_as_it_is(editor: Somebody) -> None:
    draft = begun(editor)
    row = Revision.objects.get()
    document = json.loads(row.content)
    one = {"basis": [{"law": "示例小店法", "article": "第三条"}], "form": {"kind": "copy", "copies": 1}}
    document["materials"] = [{"id": f"m{number}", "name": f"示例材料{number}", **one} for number in range(100)]
    row.content = json.dumps(document, ensure_ascii=False)
    row.save(update_fields=["content"])
    form = Form()
    form.feed(editor.http.get(f"{draft}/edit/materials").content.decode().split('id="edit"')[1].partition("</form>")[0])
    assert len(form.sent) > 1000
    assert editor.http.post(f"{draft}/save/materials", form.sent).status_code == 200
    assert kept(draft)["materials"] == document["materials"]


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "²"}, {"version": "9" * 5000}])
def test_what_does_not_say_from_which_save_it_comes_is_refused_and_stays_typed(editor: Somebody, version: dict[str, str]) -> None:
    draft = begun(editor)
    sent = {**version, "faq.0.q": "写到一半的问题", "faq.0.a": "答"}
    assert editor.http.post(f"{draft}/save/faq", sent).status_code == 422
    answer = editor.http.post(f"{draft}/edit/faq", sent)
    assert answer.status_code == 422
    assert "写到一半的问题" in answer.content.decode()
    assert Revision.objects.get().saved == 0


def test_a_form_that_holds_nothing_of_a_section_wipes_nothing(editor: Somebody) -> None:
    draft = begun(editor)
    before = kept(draft)
    assert before["materials"]
    assert editor.http.post(f"{draft}/save/materials", {"version": "0"}).status_code == 200
    assert kept(draft) == before


def test_the_last_entry_can_still_be_removed(editor: Somebody) -> None:
    draft = begun(editor)
    answer = editor.http.post(f"{draft}/edit/faq", {"version": "0", "do": "remove:faq.0", "faq.0.q": "多久？"})
    assert answer.status_code == 302
    assert not kept(draft).get("faq")


@pytest.mark.parametrize(
    "act", ["remove:materials.²", "up:process.²", f"remove:materials.{'9' * 5000}", "add:evil.thing", "add:"]
)
def test_a_button_that_there_is_not_does_nothing(editor: Somebody, act: str) -> None:
    draft = begun(editor)
    before = kept(draft)
    assert editor.http.post(f"{draft}/edit/materials", {"version": "0", "do": act}).status_code == 302
    assert kept(draft) == before


@pytest.mark.parametrize("page", ["9" * 5000, "99", "²", "-1", "0", ""])
def test_any_page_of_the_list_is_one_that_there_is(editor: Somebody, page: str) -> None:
    answer = editor.http.get("/studio/", {"page": page})
    assert answer.status_code == 200
    assert "小店经营许可" in answer.content.decode()


def test_a_control_with_a_place_beyond_counting_is_passed_over(editor: Somebody) -> None:
    draft = begun(editor)
    sent = {"version": "0", "faq.0.q": "多久？", "faq.0.a": "五天。", f"faq.{'9' * 5000}.q": "x", f"faq.{'1.' * 50_000}q": "x"}
    answer = editor.http.post(f"{draft}/save/faq", urlencode(sent), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert kept(draft)["faq"] == [{"q": "多久？", "a": "五天。"}, {}]


def test_the_list_says_how_much_is_wrong_with_a_draft_and_the_item_who_wrote_and_decided(
    editor: Somebody, publisher: Somebody
) -> None:
    draft = begun(editor)
    assert editor.http.post(f"{draft}/save/faq", {"version": "0", "faq.0.q": "多久？"}).status_code == 200
    assert "修订稿有1处错误" in editor.http.get("/studio/").content.decode()
    assert editor.http.post(f"{draft}/save/faq", {"version": "1", "faq.0.q": "多久？", "faq.0.a": "五天。"}).status_code == 200
    assert "处错误</span>" not in editor.http.get("/studio/").content.decode()
    editor.http.post(f"{draft}/submit", {"note": "说清楚。"})
    publisher.http.post(f"{draft}/publish", {"effective": ""})
    page = editor.http.get(ITEM).content.decode()
    assert re.search(r"编写：陈.*；公布：项", page)
    publisher.http.post(f"{ITEM}/revert")
    assert "恢复第1版的内容" in editor.http.get(ITEM).content.decode()
