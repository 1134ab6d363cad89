"""Papers from HTML: PDF/A, nothing fetched, nothing a person typed becomes more than text."""

import re
import socket
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from onevisit.papers import qr, render

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% now 'Y' %}",
    "=1+1",
    "＝cmd",
    "abc\u202edef",
    "零\u200b宽",
    "𬭎㐱·莫𡐓村",
    "&lt;&amp;",
]


def text_of(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "paper.pdf").write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True).stdout.decode()


def shown(text: str) -> str:
    """Without what no paper shows: blanks, and marks of no width."""
    return re.sub(r"[\s\u200b\u202a-\u202e\u2066-\u2069]", "", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text_on_paper(paper: Callable[..., bytes], tmp_path: Path, text: str) -> None:
    printed = shown(text_of(paper(text), tmp_path))
    assert shown(text) in printed
    assert "49" not in printed


def test_rare_characters_have_a_glyph(paper: Callable[..., bytes], tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(paper("𬭎㐱㐂㛃䶮𬱖𠅤莫𡐓村"))
    fonts = subprocess.run(["pdffonts", tmp_path / "paper.pdf"], capture_output=True, check=True).stdout.decode()
    assert fonts.count("CJK") == len(fonts.strip().splitlines()) - 2


def test_a_megabyte_in_one_field_still_prints(paper: Callable[..., bytes]) -> None:
    began = time.monotonic()
    assert paper("字" * 20_000).startswith(b"%PDF")
    assert time.monotonic() - began < 30


def test_it_is_pdf_a_with_and_without_attachments(paper: Callable[..., bytes]) -> None:
    alone, together = paper(), paper(attachments={"a.json": b"{}"})
    assert _part(alone) == "2"
    assert _part(together) == "3"


def _xmp(pdf: bytes) -> bytes:
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    plain = []
    for part in parts:
        try:
            plain.append(zlib.decompress(part))
        except zlib.error:
            plain.append(part)
    return b"".join(each for each in plain if b"xmpmeta" in each or b"rdf:RDF" in each)


def _part(pdf: bytes) -> str:
    found = re.search(rb"part(?:>|=\")(\d)", _xmp(pdf))
    return found[1].decode() if found else ""


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "asset:../render.py",
        "ftp://192.0.2.1/x",
        "data:image/png;base64,AAAA",
    ],
)
def test_nothing_is_fetched_from_anywhere(paper: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def no_net(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", no_net)
    with pytest.raises(ValueError, match="nothing from outside"):
        render.Packaged().fetch(address)
    page = f'<html lang="zh"><title>a</title><img src="{address}"><link rel="stylesheet" href="{address}"><p>{{{{ name }}}}</p>'
    assert paper(template=page).startswith(b"%PDF")


def test_a_qr_code_is_a_picture_of_its_text() -> None:
    assert qr.svg("一").startswith(b"<svg")
    assert qr.svg("一") != qr.svg("二")
