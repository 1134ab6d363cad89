"""Papers of a definition: at most two pages, the same revision and hash as the page, nothing foreign inside."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from docx import Document
from docx.oxml.ns import qn
from tests.catalogue.town import NEAR, STANDARD, all_departments, offered, small_city, small_pack

from onevisit.access import SYSTEM, Hidden
from onevisit.catalogue import actions, documents, guide, packs, queries
from onevisit.papers import inspection

HOME = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}


@pytest.fixture
def deed_tax(db: None) -> queries.ItemView:
    small_city()
    all_departments()
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    return actions.offer(SYSTEM, "deed-tax", NEAR)


def text(pdf: bytes) -> str:
    """What a reader sees, without blanks."""
    shown = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join(shown.split())


@pytest.mark.parametrize("answers", [{}, HOME])
def test_the_printed_guide_has_two_pages_and_the_page_s_revision(deed_tax: queries.ItemView, answers: dict[str, str]) -> None:
    pdf, told = documents.guide_pdf(deed_tax, answers), guide.guide(deed_tax, answers)
    shown = text(pdf)
    assert documents.pages(pdf) <= 2
    assert f"第{told.version}版内容校验{told.content_hash[:12]}" in shown
    for one in told.materials:
        assert "".join(one.name.split()) in shown
    for needed in ("网上办：零跑", "法定时限", "12345", "近山县政务服务大厅", "示例", f"您交{told.owed_count}份"):
        assert needed in shown


def test_a_long_guide_still_has_two_pages(db: None, tmp_path: Path) -> None:
    small_city()
    questions = "\n".join(f"  - {{q: 第{n}个问题问什么？, a: {'答得很长，' * 30}就这些。}}" for n in range(60))
    item = offered(tmp_path, STANDARD.replace("faq: [{q: 要等多久？, a: 五个工作日以内。}]", f"faq:\n{questions}"))
    assert documents.pages(documents.guide_pdf(item, {})) <= 2


def test_the_blank_form_asks_only_what_people_must_write(deed_tax: queries.ItemView) -> None:
    shown = text(documents.pdf(documents.blank(deed_tax, HOME)))
    assert "☑购买" in shown
    assert "□互换" in shown
    assert shown.count(documents.SYSTEM.replace(" ", "")) >= 10
    assert "联系电话" in shown
    assert "示例手机号" not in shown


def test_the_sample_is_filled_in_with_values_that_say_so(deed_tax: queries.ItemView) -> None:
    shown = text(documents.pdf(documents.sample(deed_tax, HOME)))
    assert "示例手机号" in shown
    assert "填写样表" in shown


def word(content: bytes) -> list[str]:
    """What a Word document says, paragraphs first, then its tables cell by cell."""
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in document.paragraphs), *cells]


def test_word_and_print_are_made_of_the_same_rows(deed_tax: queries.ItemView) -> None:
    for form in (documents.blank(deed_tax, HOME), documents.sample(deed_tax, HOME)):
        said, shown = word(documents.docx(form)), text(documents.pdf(form))
        assert form.asked
        for row in (*form.asked, *form.fields):
            assert row.label in said
            assert any(row.value in one for one in said)
            assert len(row.label) > 8 or "".join(row.label.split()) in shown, "a longer one runs over two lines in print"
        assert form.name in said
        assert form.title in said


def test_a_word_form_is_a4_in_fonts_of_the_office_with_the_item_above_and_the_revision_below(deed_tax: queries.ItemView) -> None:
    form = documents.blank(deed_tax, {})
    document = Document(BytesIO(documents.docx(form)))
    (section,) = document.sections
    fonts = {one: document.styles[one].element.rPr.rFonts.get(qn("w:eastAsia")) for one in ("Normal", "Title", "Heading 1")}
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert fonts == {"Normal": "仿宋", "Title": "宋体", "Heading 1": "宋体"}
    assert section.header.paragraphs[0].text == "契税申报"
    assert section.footer.paragraphs[0].text.startswith(form.mark)
    assert [one.get(qn("w:instr")) for one in section.footer._element.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert document.core_properties.keywords == deed_tax.content_hash
    assert inspection.examine(documents.docx(form)).kind == inspection.DOCX, "what we hand out we would take back"


@pytest.mark.skipif(not shutil.which("soffice"), reason="no office program here")
def test_an_office_program_opens_a_word_form(deed_tax: queries.ItemView, tmp_path: Path) -> None:
    made = tmp_path / "form.docx"
    made.write_bytes(documents.docx(documents.blank(deed_tax, HOME)))
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, made], check=True, timeout=120)
    assert "契税申报申请表" in text((tmp_path / "form.pdf").read_bytes())


def test_what_is_known_stands_in_the_form_and_nothing_else_changes(deed_tax: queries.ItemView) -> None:
    field = next(one for one in deed_tax.definition.form if one.type == "phone")
    own = documents.blank(deed_tax, HOME, {field.id: "15400000001\u202e"})
    assert own.title == "已填上您的信息"
    before, after = documents.blank(deed_tax, HOME).fields, own.fields
    assert [b.label for b, a in zip(before, after, strict=True) if b != a] == [field.label]
    assert f"15400000001\n{field.help}".strip() in word(documents.docx(own)), "and no mark that would turn it round"


def test_the_pack_s_own_forms_are_word_documents_too(deed_tax: queries.ItemView) -> None:
    said = word(documents.docx(documents.brought(deed_tax, "will.html")))
    assert "遗嘱" in said
    assert any("立遗嘱人签名：示例甲" in one for one in said)


def test_a_table_of_the_pack_is_a_table_in_word(db: None, tmp_path: Path) -> None:
    small_city()
    forms = tmp_path / "shop-permit" / "forms"
    forms.mkdir(parents=True)
    page = "<h1>表</h1><ol><li>先</li><li>后</li></ol><table><tr><th>甲</th><td>1</td><td>2</td></tr><tr><td>乙</td></tr></table>"
    (forms / "promise.html").write_text(page, encoding="utf-8")
    named = STANDARD.replace("source: commitment,", "source: commitment, form: {kind: electronic, template: promise.html},")
    actions.publish_pack(SYSTEM, small_pack(tmp_path, named))
    item = actions.offer(SYSTEM, "shop-permit", NEAR)
    assert word(documents.docx(documents.brought(item, "promise.html")))[-6:] == ["甲", "1", "2", "乙", "", ""]


def test_a_form_of_the_pack_is_printed_as_plain_text(deed_tax: queries.ItemView) -> None:
    shown = text(documents.pdf(documents.brought(deed_tax, "will.html")))
    assert "遗嘱" in shown
    assert "立遗嘱人签名：示例甲" in shown
    with pytest.raises(Hidden):
        documents.brought(deed_tax, "../pack.yaml")


def test_what_a_form_smuggles_in_stays_behind(db: None, tmp_path: Path) -> None:
    small_city()
    forms = tmp_path / "shop-permit" / "forms"
    forms.mkdir(parents=True)
    page = "<h1>承诺书</h1><script>alert(1)</script><p>甲<img src='http://example.org/x'>乙{{ 7 }}</p><style>p{color:red}</style>"
    (forms / "promise.html").write_text(page, encoding="utf-8")
    named = STANDARD.replace("source: commitment,", "source: commitment, form: {kind: electronic, template: promise.html},")
    actions.publish_pack(SYSTEM, small_pack(tmp_path, named))
    shown = text(documents.pdf(documents.brought(actions.offer(SYSTEM, "shop-permit", NEAR), "promise.html")))
    assert "承诺书甲乙{{7}}" in shown
    assert not any(word in shown for word in ("alert", "color", "example.org"))


def test_a_form_that_is_named_but_not_there_is_a_fault(tmp_path: Path) -> None:
    named = STANDARD.replace("source: commitment,", "source: commitment, form: {kind: electronic, template: promise.html},")
    with pytest.raises(packs.BadPack, match=r"forms/promise\.html不存在"):
        small_pack(tmp_path, named)


def test_the_door_is_shut_for_no_visit_and_open_for_one() -> None:
    shut, open_ = documents.door_svg(0), documents.door_svg(1)
    assert shut.startswith("<svg")
    assert ">0</text>" in shut
    assert ">1</text>" in open_
    assert shut != open_
