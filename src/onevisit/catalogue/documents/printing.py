"""Print: the guide on two A4 pages, forms, the door.

The printed guide is the same guide as on the page, with its revision, content hash and a QR code that leads back to it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from pyhanko.pdf_utils.reader import PdfFileReader

from onevisit.catalogue import guide
from onevisit.catalogue.documents.forms import Brought, Row, Sheet
from onevisit.catalogue.queries import ItemView
from onevisit.papers import render

PAGES = 2
"""What a printed guide may have (UX, printing)."""
FITS: Sequence[tuple[str, int]] = (("9.5pt", 99), ("8.5pt", 99), ("8pt", 6), ("7.5pt", 3), ("7pt", 0))
"""Sizes of type and numbers of common questions, tried until the guide fits its pages."""
LONG = 8000
"""A guide that is longer than this, written out, is not even tried in the largest type."""


def guide_pdf(item: ItemView, answers: Mapping[str, str]) -> bytes:
    """The guide for print: at most two A4 pages."""
    return _guide_pdf(guide.guide(item, answers), tuple(sorted(answers.items())))


@lru_cache(maxsize=64)
def _guide_pdf(told: guide.Guide, answers: tuple[tuple[str, str], ...]) -> bytes:
    where = urlencode({"division": told.division_code, **{f"q.{name}": answer for name, answer in answers}})
    laws: dict[str, list[str]] = {}
    for one in told.basis:
        laws.setdefault(one.law, []).append(one.article)
    shown = {
        "g": told,
        "laws": [Row(law, "、".join(filter(None, articles))) for law, articles in laws.items()],
        "sample": told.office_demo,
        "office": told.office_name,
        "qr": f"{settings.BASE_URL}/items/{told.key}?{where}",
    }
    for size, questions in FITS[1:] if len(repr(told)) > LONG else FITS:
        made = render.pdf("catalogue/guide.html", {**shown, "size": size, "faq": told.faq[:questions]})
        if pages(made) <= PAGES:
            break
    return made


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def pdf(form: Sheet | Brought) -> bytes:
    """The form as PDF/A."""
    template = "catalogue/form.html" if isinstance(form, Sheet) else "catalogue/attached.html"
    return render.pdf(template, {"form": form, "sample": form.sample, "office": form.office})


def door_svg(visits: int) -> str:
    """The door (门) as a drawing of its own: shut for no visit, open for one, with the number of visits in it."""
    return render_to_string("papers/door.html", {"visits": visits})
