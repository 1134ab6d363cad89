"""Papers made from a definition: the guide on two A4 pages, the blank form, its filled sample, a pack's own forms, the door.

What a form says is put together once (`forms`); `printing` makes PDF of it and `word` a Word document.
"""

from onevisit.catalogue.documents.forms import SYSTEM, Brought, Row, Sheet, blank, brought, drafted, sample
from onevisit.catalogue.documents.printing import PAGES, door_svg, guide_pdf, pages, pdf
from onevisit.catalogue.documents.word import docx

__all__ = [
    "PAGES",
    "SYSTEM",
    "Brought",
    "Row",
    "Sheet",
    "blank",
    "brought",
    "docx",
    "door_svg",
    "drafted",
    "guide_pdf",
    "pages",
    "pdf",
    "sample",
]
