"""HTML templates to PDF/A: one engine for licences, receipts, decisions. ISO 19005-2; ISO 19005-3 with attachments.

A template may refer to packaged styles (`asset:<name>.css`) and to QR codes (`qr:<text>`), and to nothing else in the world.
"""

import gc
from collections.abc import Mapping
from importlib import resources
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from onevisit.papers import qr

TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that would turn the order of what follows: a name must read on paper as it is spelled."""
ASSETS = resources.files("onevisit.papers") / "assets"


class Packaged(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Fetches packaged styles and QR codes made on the spot; refuses every address, whoever wrote it."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        if scheme == "qr":
            return URLFetcherResponse(url, qr.svg(unquote(rest)), {"Content-Type": "image/svg+xml"})
        if scheme == "asset" and rest in {each.name for each in ASSETS.iterdir()}:
            return URLFetcherResponse(url, (ASSETS / rest).read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
        raise ValueError(f"papers fetch nothing from outside: {url[:80]}")


def pdf(template: str, context: Mapping[str, Any], attachments: Mapping[str, bytes] | None = None) -> bytes:
    """The template, filled in, as a tagged PDF/A; `attachments` (name to bytes) lie inside it as its source data."""
    made = settings.CLOCK()
    page = render_to_string(template, {**context, "made": made}).translate(TURNING)
    inside = [
        Attachment(string=content, name=name, relationship="Source", created=made, modified=made)
        for name, content in (attachments or {}).items()
    ]
    document = HTML(string=page, base_url="asset:", url_fetcher=Packaged())
    written: bytes = document.write_pdf(
        font_config=FontConfiguration(), attachments=inside, pdf_variant="pdf/a-3b" if inside else "pdf/a-2b", pdf_tags=True
    )
    del document
    gc.collect()  # a document is a circle of objects that holds its fonts, 90 MB mapped, and nothing else would collect it soon
    return written
