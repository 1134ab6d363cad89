"""Seals (SECURITY T18): whole, valid, trusted; any byte changed, added or cut is found and said in words."""

import random
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from onevisit.papers import keys as seal_keys
from onevisit.papers import signing, verification

FLIPS = 500
SEED = 20260302


@pytest.fixture
def sealed(paper: Callable[..., bytes], keys: Path, clock: Callable[[str], None]) -> bytes:
    clock("2026-03-02T10:00")
    return signing.sign(paper(attachments={"licence.json": b"{}"}), "签发示例")


def codes(pdf: bytes) -> set[str]:
    return {found.code for found in signing.verify(pdf).findings}


def test_a_sealed_paper_is_valid_and_says_by_whom_and_when(sealed: bytes) -> None:
    verified = signing.verify(sealed)
    assert verified.valid
    assert verified.facts["sealed_by"] == seal_keys.SEAL_NAME
    assert verified.facts["sealed_at"] == "2026-03-02T10:00:00+08:00"


def test_an_independent_validator_finds_it_whole_valid_and_trusted(sealed: bytes, keys: Path) -> None:
    root = load_cert_from_pemder(next((keys / verification.TRUST).glob("*.pem")))
    context = ValidationContext(trust_roots=[root], moment=datetime(2026, 3, 2, tzinfo=UTC), allow_fetching=False)
    status = validate_pdf_signature(PdfFileReader(BytesIO(sealed)).embedded_signatures[0], context)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_a_seal_whose_certificate_had_ended_is_not_trusted(
    paper: Callable[..., bytes], keys: Path, clock: Callable[[str], None]
) -> None:
    clock("2050-01-01T10:00")
    assert codes(signing.sign(paper(), "太晚")) == {"untrusted"}


def test_every_flipped_bit_is_found(sealed: bytes) -> None:
    """Half of the flips anywhere, half where a signature does not protect itself."""
    draw = random.Random(SEED)
    begin = sealed.index(b"/Contents <")
    places = [draw.randrange(len(sealed) * 8) for _ in range(FLIPS // 2)]
    places += [draw.randrange(begin * 8, (begin + signing.RESERVED + 200) * 8) for _ in range(FLIPS // 4)]
    places += [draw.randrange(begin * 8, (begin + 2_200) * 8) for _ in range(FLIPS // 4)]
    missed = [place for place in places if signing.verify(_flipped(sealed, place)).valid]
    assert missed == [], f"seed {SEED}"


def _flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_an_incremental_update_is_found(sealed: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert "not-whole" in codes(out.getvalue())


def test_bytes_after_the_end_are_found(sealed: bytes) -> None:
    assert "not-whole" in codes(sealed + b"\n")


def test_a_cut_file_is_found(sealed: bytes) -> None:
    assert codes(sealed[:-100])
    assert codes(sealed[: len(sealed) // 2]) == {"unreadable"}


def test_a_paper_without_its_seal_is_found(paper: Callable[..., bytes], keys: Path) -> None:
    seal_keys.ensure_demo(keys)
    assert codes(paper()) == {"unsigned"}


def test_what_is_no_pdf_is_found(keys: Path) -> None:
    seal_keys.ensure_demo(keys)
    assert codes(b"") == codes(b"%PDF-1.7") == codes("不是文件".encode()) == {"unreadable"}


def test_a_seal_of_somebody_else_is_not_trusted(
    paper: Callable[..., bytes], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "KEYS", tmp_path / "other")
    foreign = signing.sign(paper(), "冒充")
    monkeypatch.setattr(settings, "KEYS", keys)
    seal_keys.ensure_demo(keys)
    assert codes(foreign) == {"untrusted"}


def test_a_second_signature_is_found(sealed: bytes, paper: Callable[..., bytes], keys: Path) -> None:
    twice = BytesIO()
    signer = signing.KeptKey(seal_keys.seal())
    once = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(paper())), signers.PdfSignatureMetadata(field_name="A"), signer)
    signers.sign_pdf(IncrementalPdfFileWriter(once), signers.PdfSignatureMetadata(field_name="B"), signer, output=twice)
    assert codes(twice.getvalue()) == {"several-signatures"}


def test_the_attachment_comes_out_as_it_went_in(sealed: bytes) -> None:
    assert verification.attachment(sealed, "licence.json") == b"{}"
    assert verification.attachment(sealed, "other.json") is None
    assert verification.attachment(b"junk", "licence.json") is None


def test_the_seal_allows_no_change_after_it(sealed: bytes) -> None:
    signature = PdfFileReader(BytesIO(sealed)).embedded_signatures[0]
    assert signature.docmdp_level.name == "NO_CHANGES"
    assert str(signature.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"
    assert "/Version" not in PdfFileReader(BytesIO(sealed)).root, "PDF/A-2 and A-3 are PDF 1.7"


def test_the_demo_key_is_made_once_and_only_its_owner_reads_it(keys: Path) -> None:
    seal_keys.ensure_demo(keys)
    first = (keys / seal_keys.SEAL).read_bytes()
    seal_keys.ensure_demo(keys)
    assert (keys / seal_keys.SEAL).read_bytes() == first
    assert stat.S_IMODE((keys / seal_keys.SEAL).stat().st_mode) == 0o400
    assert not list(keys.glob(".*")), "nothing half-made is left"


def test_a_key_that_others_can_read_is_refused(keys: Path) -> None:
    seal_keys.ensure_demo(keys)
    (keys / seal_keys.SEAL).chmod(0o444)
    seal_keys._loaded.cache_clear()
    with pytest.raises(seal_keys.SealTrouble, match="chmod"):
        seal_keys.seal()


def test_outside_of_a_demo_no_key_is_made(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(seal_keys.SealTrouble, match="缺少签章密钥"):
        seal_keys.seal()
    assert not keys.exists()
