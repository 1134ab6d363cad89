"""Bad files (SECURITY T21): the right code, nothing kept, little memory, little time."""

import io
import resource
import time
import zipfile
import zlib

import pytest
from PIL import Image

from onevisit.access import Refused
from onevisit.papers import inspection

CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
DOCUMENT = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


def archive(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**extra: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": "<r/>", "word/document.xml": DOCUMENT, **extra})


def picture(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else None).save(out, form, **options)
    return out.getvalue()


def pdf(body: bytes = b"<</Type/Catalog>>", trailer: bytes = b"<</Root 1 0 R>>") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer\n" + trailer + b"\nstartxref\n9\n%%EOF\n"


def hidden_names(names: bytes) -> bytes:
    packed = zlib.compress(names)
    return pdf(b"<</Type/ObjStm/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream")


def lying_zip() -> bytes:
    """A member that declares one byte and inflates to 60 MB."""
    made = bytearray(docx(**{"word/media/a.xml": b"a" * (60 * 1024 * 1024)}))
    declared = (60 * 1024 * 1024).to_bytes(4, "little")
    return bytes(made.replace(declared, (1).to_bytes(4, "little")))


GOOD = {
    "pdf": (pdf, inspection.PDF),
    "docx": (docx, inspection.DOCX),
    "xlsx": (lambda: archive({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": "<x/>"}), inspection.XLSX),
    "ofd": (lambda: archive({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<d/>"}), inspection.OFD),
    "jpeg": (lambda: picture("JPEG"), inspection.JPEG),
    "png": (lambda: picture("PNG", mode="RGBA"), inspection.PNG),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_plain_file_of_each_kind_is_kept_by_its_content(name: str) -> None:
    make, kind = GOOD[name]
    assert inspection.inspect(make()).kind == kind


BAD = {
    "empty": (lambda: b"", "file-empty"),
    "25 MB": (lambda: b"%PDF-1.7" + b"a" * (25 * 1024 * 1024), "file-large"),
    "html": (lambda: b"<html><script>alert(1)</script></html>", "file-kind"),
    "svg with a script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "file-kind"),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 64, "file-kind"),
    "eicar": (lambda: b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "file-kind"),
    "text": (lambda: "只是文字".encode(), "file-kind"),
    "plain zip": (lambda: archive({"a.txt": "a"}), "file-kind"),
    "zip bomb by ratio": (lambda: docx(**{"word/a.xml": b"0" * (30 * 1024 * 1024)}), "file-bomb"),
    "zip bomb that lies": (lying_zip, "file-b"),
    "1,001 members": (lambda: docx(**{f"word/{n}.xml": "" for n in range(1001)}), "file-bomb"),
    "path that leads out": (lambda: docx(**{"../../x": "x"}), "file-mixed"),
    "path on a drive": (lambda: docx(**{"C:\\x": "x"}), "file-mixed"),
    "macro": (lambda: docx(**{"word/vbaProject.bin": b"x"}), "file-active"),
    "macro type": (
        lambda: archive({"[Content_Types].xml": CONTENT_TYPES + "macroEnabled", "word/document.xml": DOCUMENT}),
        "file-active",
    ),
    "xxe": (lambda: docx(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "file-active"),
    "xxe in utf-16": (lambda: docx(**{"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}), "file-active"),
    "zip after a picture": (lambda: docx() + b"more", "file-"),
    "cut zip": (lambda: docx()[:-30], "file-broken"),
    "pdf with a script": (lambda: pdf(b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), "file-active"),
    "pdf with an escaped script": (lambda: pdf(b"<</S/J#61vaScript>>"), "file-active"),
    "pdf with a script in an object stream": (lambda: hidden_names(b"<</S/JavaScript>>"), "file-active"),
    "pdf with a bomb of names": (lambda: hidden_names(b"0" * (60 * 1024 * 1024)), "file-bomb"),
    "locked pdf": (lambda: pdf(trailer=b"<</Encrypt 5 0 R>>"), "file-locked"),
    "cut pdf": (lambda: pdf()[:-8], "file-broken"),
    "pdf and zip in one": (lambda: pdf()[:-6] + docx() + b"%%EOF", "file-"),
    "cut jpeg": (lambda: picture("JPEG", (400, 400))[:300], "file-broken"),
    "cut png": (lambda: picture("PNG", (400, 400))[:150], "file-broken"),
    "picture of 64 Mpx": (lambda: picture("PNG", (8000, 8000), "L"), "file-bomb"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_what_to_do(name: str) -> None:
    make, code = BAD[name]
    content = make()
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        inspection.inspect(content)
    assert refused.value.code.startswith(code)
    assert refused.value.message
    assert refused.value.way_out
    assert time.monotonic() - began < inspection.SECONDS + 1


def test_a_bomb_costs_the_server_no_memory() -> None:
    bomb = docx(**{"word/a.xml": b"0" * (45 * 1024 * 1024)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused):
        inspection.inspect(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_picture_is_drawn_anew_upright_and_without_exif() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home, 32.9N 117.3E"
    kept = inspection.inspect(picture("JPEG", (60, 40), exif=exif))
    assert b"taken at home" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.size == (40, 60)
        assert not drawn.getexif()


def test_what_follows_a_picture_is_gone() -> None:
    kept = inspection.inspect(picture("PNG") + b"<script>alert(1)</script>")
    assert b"script" not in kept.content


def test_a_child_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "SECONDS", 0.01)
    with pytest.raises(Refused) as refused:
        inspection.inspect(pdf())
    assert refused.value.code == "file-slow"


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("../../etc/passwd", inspection.PDF, "passwd.pdf"),
        ("C:\\tmp\\合同.docx", inspection.DOCX, "合同.docx"),
        ("\u202egpj.exe", inspection.JPEG, "gpj.jpg"),
        ("a\0b.png", inspection.PNG, "ab.png"),
        ("", inspection.PNG, "文件.png"),
        ("长" * 300 + ".pdf", inspection.PDF, "长" * 100 + ".pdf"),
        ("𬭎㐱·莫.pdf", inspection.PDF, "𬭎㐱·莫.pdf"),
        ('a"b\r\nX: y.pdf', inspection.PDF, "abX y.pdf"),
    ],
)
def test_a_name_for_downloads_is_only_a_name(name: str, kind: str, safe: str) -> None:
    assert inspection.safe_name(name, kind) == safe
