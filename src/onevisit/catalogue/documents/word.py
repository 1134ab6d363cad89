"""Forms as Word documents (ISO/IEC 29500): A4, to be filled in on a screen or by hand.

The fonts are named, not embedded: 仿宋 and 宋体 are on every office machine, and another one stands in where they are not.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from django.conf import settings
from docx import Document
from docx.document import Document as Written
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from onevisit.catalogue.documents.blocks import Block
from onevisit.catalogue.documents.forms import Brought, Row, Sheet

BODY, HEADING, LATIN = "仿宋", "宋体", "Times New Roman"
WIDTH, HEIGHT = Mm(210), Mm(297)
MARGINS = {"top_margin": Mm(30), "bottom_margin": Mm(26), "left_margin": Mm(27), "right_margin": Mm(25)}
LABEL, VALUE = Mm(52), Mm(106)
SIGNED = "以上内容属实。申请人签名或者盖章：＿＿＿＿＿＿＿＿　＿＿＿＿年＿＿月＿＿日"
DEMO = "示例　演示数据，仅供试用，不具有法律效力"


@dataclass(frozen=True, slots=True)
class Look:
    """How a style of the document looks."""

    font: str
    size: float
    bold: bool = False
    centred: bool = False


LOOKS: Mapping[str, Look] = {
    "Normal": Look(BODY, 12),
    "Title": Look(HEADING, 20, bold=True, centred=True),
    "Subtitle": Look(BODY, 12, centred=True),
    "Heading 1": Look(HEADING, 13, bold=True),
    "Caption": Look(BODY, 9),
    "Header": Look(BODY, 9),
    "Footer": Look(BODY, 9),
}


def docx(form: Sheet | Brought) -> bytes:
    """The form as a Word document, with the item's name above and the guide's revision below each page."""
    document = Document()
    _set_up(document, form)
    if form.sample:
        _line(document, DEMO, "Subtitle")
    _line(document, form.name, "Title")
    if form.title:
        _line(document, form.title, "Subtitle")
    if isinstance(form, Sheet):
        _sheet(document, form)
    else:
        for one in form.blocks:
            _block(document, one)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _sheet(document: Written, form: Sheet) -> None:
    for heading, rows in (("您的情况（每题选一项）", form.asked), ("要填的内容", form.fields)):
        if rows:
            _line(document, heading, "Heading 1")
            _rows(document, rows)
    _line(document, SIGNED)
    if form.note:
        _line(document, f"依据：{form.note}", "Caption")


def _rows(document: Written, rows: Sequence[Row]) -> None:
    """A table of two columns: what is asked, and where it is filled in."""
    table = _table(document, len(rows), (LABEL, VALUE))
    for line, row in zip(table.rows, rows, strict=True):
        label, value = line.cells
        label.paragraphs[0].add_run(plain(row.label))
        value.paragraphs[0].add_run(plain(row.value))
        if row.help:
            value.add_paragraph(plain(row.help), style="Caption")
    document.add_paragraph()


def _block(document: Written, block: Block) -> None:
    """A piece of a pack's form."""
    if block.tag == "table":
        columns = max((len(row) for row in block.cells), default=0)
        widths = (LABEL, VALUE) if columns == 2 else (Mm(158 // max(columns, 1)),) * columns
        table = _table(document, len(block.cells), widths)
        for line, row in zip(table.rows, block.cells, strict=True):
            for cell, text in zip(line.cells, row, strict=False):
                cell.paragraphs[0].add_run(plain(text))
        document.add_paragraph()
    elif block.tag in ("ol", "ul"):
        for row in block.cells:
            _line(document, "".join(row), "List Number" if block.tag == "ol" else "List Bullet")
    elif block.tag == "p":
        _line(document, block.text)
    else:
        _line(document, block.text, "Heading 1")


def _table(document: Written, lines: int, widths: Sequence[int]) -> Table:
    table: Table = document.add_table(lines, len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for line in table.rows:
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _line(document: Written, text: str, style: str = "Normal") -> None:
    document.add_paragraph(plain(text), style=style)


def plain(text: str) -> str:
    """The text without characters that XML refuses, and without marks that turn the order of what follows.

    >>> plain("张\\u202e三\\x0b\\t")
    '张三\\t'
    """
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one)[0] != "C")


def _set_up(document: Written, form: Sheet | Brought) -> None:
    """Paper, fonts, head and foot, and what the file says of itself."""
    section = document.sections[0]
    section.page_width, section.page_height = WIDTH, HEIGHT
    for name, size in MARGINS.items():
        setattr(section, name, size)
    for name, look in LOOKS.items():
        _style(cast(ParagraphStyle, document.styles[name]), look)
    section.header.paragraphs[0].add_run(plain(form.item))
    foot = section.footer.paragraphs[0]
    foot.add_run(plain(f"{form.mark}　第"))
    for field, after in (("PAGE", "页，共"), ("NUMPAGES", "页")):
        _counted(foot, field)
        foot.add_run(after)
    package = document.part.package
    for name in [name for name, one in package.rels.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del package.rels[name]  # a picture of the empty page that the library begins with
    about = document.core_properties
    about.title, about.author, about.language = plain(form.mark), plain(form.office), "zh-CN"
    about.keywords, about.comments = form.content_hash, ""
    about.created = about.modified = settings.CLOCK()


def _style(style: ParagraphStyle, look: Look) -> None:
    """The style's fonts for Chinese and for the rest, black, without the rule that Word draws below a title."""
    style.font.name, style.font.color.rgb = LATIN, RGBColor(0, 0, 0)
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    fonts.set(qn("w:eastAsia"), look.font)
    for border in style.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)
    style.paragraph_format.space_after = Pt(4)
    if look.centred:
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _counted(paragraph: Paragraph, field: str) -> None:
    """A number that Word counts by itself: this page, or all."""
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), field)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)
