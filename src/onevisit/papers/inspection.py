"""Uploads (上传材料) are looked into before they are kept: by content, not name, in a child with little memory and time.

`inspect` is called by whoever takes a file; `examine` runs in the child (`python -m onevisit.papers.inspection`).
"""

import json
import re
import resource
import subprocess
import sys
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

import magic
from PIL import Image, ImageOps

from onevisit.access import Refused

LARGEST = 20 * 1024 * 1024
INFLATED = 50 * 1024 * 1024
MEMBERS = 1_000
RATIO = 100
PIXELS = 40_000_000
SECONDS = 10
MEMORY = 768 * 1024 * 1024
CHUNK = 64 * 1024

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
EXTENSIONS: Mapping[str, str] = {PDF: "pdf", JPEG: "jpg", PNG: "png", DOCX: "docx", XLSX: "xlsx", OFD: "ofd"}
ARCHIVES = frozenset({"application/zip", DOCX, XLSX})
HEARTS: Mapping[str, str] = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}
"""The member that makes an archive a document of its kind; libmagic calls an OFD a mere zip."""

FLAWS: Mapping[str, tuple[str, str]] = {
    "file-empty": ("这个文件是空的。", "请重新选择文件。"),
    "file-large": ("文件超过20 MB。", "请压缩图片，或者分成几个文件上传。"),
    "file-kind": ("不能上传这种文件。", "请上传PDF、JPG、PNG、DOCX、XLSX或OFD文件。"),
    "file-bomb": ("文件展开后过大，没有保存。", "请另存为普通的文件再上传。"),
    "file-broken": ("文件打不开，可能没有传完或者已损坏。", "请先在您的设备上打开看看，再重新上传。"),
    "file-locked": ("文件设了密码，工作人员打不开。", "请去掉密码后再上传。"),
    "file-active": ("文件里有宏、脚本或者外部引用，没有保存。", "请另存为不带宏的文件，或者导出成PDF再上传。"),
    "file-mixed": ("文件里还藏着别的内容，没有保存。", "请重新导出这个文件再上传。"),
    "file-slow": ("文件太复杂，检查没有在10秒内完成。", "请另存为较小的文件再上传。"),
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be kept: its kind by content, and the bytes to keep (images are drawn anew, without EXIF)."""

    kind: str
    content: bytes


class Flawed(Exception):
    """Why a file is not kept: a code of `FLAWS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect(content: bytes) -> Inspected:
    """What may be kept of an upload; raises `Refused` with what is wrong and what to do."""
    if not content or len(content) > LARGEST:
        raise refusal("file-large" if content else "file-empty")
    command = [sys.executable, "-I", "-m", "onevisit.papers.inspection"]
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False, env={"PATH": "/usr/bin:/bin"}
        )
    except subprocess.TimeoutExpired:
        raise refusal("file-slow") from None
    head, found, kept = child.stdout.partition(b"\n")
    if child.returncode != 0 or not found:
        raise refusal("file-slow" if child.returncode < 0 else "file-broken")
    answer = json.loads(head)
    if answer["flaw"]:
        raise refusal(answer["flaw"])
    return Inspected(answer["kind"], kept or content)


def refusal(code: str) -> Refused:
    """The refusal that every channel can show."""
    message, way_out = FLAWS[code]
    return Refused(code, message, way_out)


def safe_name(name: str, kind: str) -> str:
    """A name for downloads: no folders, no invisible or turning characters, at most 100 long, ending as its kind ends.

    >>> safe_name("../../合同\\u202efdp.exe", PDF)
    '合同fdp.pdf'
    >>> safe_name("\\x00", PNG)
    '文件.png'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if unicodedata.category(char)[0] not in "C" and char not in '":*?<>|')
    stem = shown.rpartition(".")[0] or shown
    return f"{stem.strip(' .')[:100] or '文件'}.{EXTENSIONS.get(kind, 'bin')}"


def examine(content: bytes) -> Inspected:
    """The same without child or limits: raises `Flawed`. `content` is empty where the bytes can be kept as they are."""
    kind = magic.from_buffer(content[: 1024 * 1024], mime=True)
    if kind in ARCHIVES:
        return Inspected(_archive(content), b"")
    reader = READERS.get(kind)
    if reader is None:
        raise Flawed("file-kind")
    return Inspected(kind, reader(content))


ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA)(?![A-Za-z0-9])")
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def _pdf(content: bytes) -> bytes:
    """A whole, open PDF without scripts; also inside its object streams, where names can hide."""
    if not content.startswith(b"%PDF-") or not content.rstrip(b"\0\t\r\n ").endswith(b"%%EOF"):
        raise Flawed("file-broken")
    if zipfile.is_zipfile(BytesIO(content)):
        raise Flawed("file-mixed")
    pieces = [piece.partition(b"stream") for piece in content.split(b"endstream")]
    outside = b"\n".join(before for before, _, _ in pieces)
    if LOCKED.search(outside):
        raise Flawed("file-locked")
    left = INFLATED
    for before, _, body in pieces:
        if b"/ObjStm" in before.rpartition(b"obj")[2]:
            plain = _inflate(body.lstrip(b"\r\n"), left)
            left -= len(plain)
            _check_names(plain)
    _check_names(outside)
    return b""


def _check_names(part: bytes) -> None:
    if ACTIVE.search(ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), part)):
        raise Flawed("file-active")


def _inflate(body: bytes, most: int) -> bytes:
    try:
        plain = zlib.decompressobj().decompress(body, most + 1)
    except zlib.error:
        raise Flawed("file-broken") from None
    if len(plain) > most:
        raise Flawed("file-bomb")
    return plain


def _image(content: bytes, form: str, options: Mapping[str, int]) -> bytes:
    """The picture drawn anew: upright, nothing but pixels."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        opened = Image.open(BytesIO(content), formats=[form])
        if opened.width * opened.height > PIXELS:
            raise Flawed("file-bomb")
        upright = ImageOps.exif_transpose(opened)
        drawn = upright.convert(_mode(upright, form))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Flawed("file-bomb") from None
    except (OSError, SyntaxError, ValueError):
        raise Flawed("file-broken") from None
    drawn.info.clear()
    out = BytesIO()
    drawn.save(out, form, **options)
    return out.getvalue()


def _mode(picture: Image.Image, form: str) -> str:
    if form == "JPEG":
        return "L" if picture.mode == "L" else "RGB"
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        return "RGBA"
    return "L" if picture.mode in ("1", "L") else "RGB"


def _archive(content: bytes) -> str:
    """The kind of a document that is a zip: whole, plain, of honest size, without macros, entities or paths that lead out."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        entries = archive.infolist()
        if len(entries) > MEMBERS:
            raise Flawed("file-bomb")
        _check_shape(content, entries)
        for name, part in _members(archive, entries):
            _check_member(name, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise Flawed("file-broken") from None
    except RuntimeError:
        raise Flawed("file-locked") from None
    names = {entry.filename.lstrip("/") for entry in entries}
    for heart, kind in HEARTS.items():
        if heart in names and (kind == OFD or "[Content_Types].xml" in names):
            return kind
    raise Flawed("file-kind")


END_RECORD = 22


def _check_shape(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Nothing before the first member, nothing after the end record, no member that wants to lie outside."""
    starts = min((entry.header_offset for entry in entries), default=-1)
    if starts != 0 or content[-END_RECORD : -END_RECORD + 4] != b"PK\x05\x06":
        raise Flawed("file-mixed")
    for entry in entries:
        parts = re.split(r"[/\\]", entry.filename.removeprefix("/"))
        if ".." in parts or "\0" in entry.filename or re.match(r"[A-Za-z]:", entry.filename):
            raise Flawed("file-mixed")


def _members(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Each member with its bytes, counted while they inflate: what the archive says of its sizes is not believed."""
    packed = sum(entry.compress_size for entry in entries) + 1
    total = 0
    for entry in entries:
        parts = []
        with archive.open(entry) as stream:
            while part := stream.read(CHUNK):
                total += len(part)
                if total > INFLATED or total > packed * RATIO:
                    raise Flawed("file-bomb")
                parts.append(part)
        yield entry.filename, b"".join(parts)


DECLARED = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
ENTITY = tuple("<!ENTITY".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


def _check_member(name: str, part: bytes) -> None:
    lower = name.lower()
    if lower.endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) or "/activex/" in lower:
        raise Flawed("file-active")
    if lower.endswith((".xml", ".rels")) and any(mark in part for mark in DECLARED + ENTITY):
        raise Flawed("file-active")
    if lower == "[content_types].xml" and b"macroEnabled" in part:
        raise Flawed("file-active")


READERS: Mapping[str, Callable[[bytes], bytes]] = {
    PDF: _pdf,
    JPEG: lambda content: _image(content, "JPEG", {"quality": 90}),
    PNG: lambda content: _image(content, "PNG", {"compress_level": 6}),
}


def main() -> None:
    """The child: bytes in, one line of JSON and the bytes to keep out, within its limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        found = examine(sys.stdin.buffer.read(LARGEST + 1))
        answer, kept = {"kind": found.kind, "flaw": ""}, found.content
    except Flawed as flawed:
        answer, kept = {"kind": "", "flaw": flawed.code}, b""
    except MemoryError:
        answer, kept = {"kind": "", "flaw": "file-bomb"}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
