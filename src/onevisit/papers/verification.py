"""Whether a sealed PDF (电子签章文件) is as it was sealed, and by whom; needs no database and no network.

A signature must cover the whole file (21 of 22 viewers were fooled by less, Mainka et al. 2019), be the only one, be encoded
as our own seals are, down to the padding, and lead to a trusted root. So any byte changed, added or cut is found.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MESSAGES: Mapping[str, str] = {
    "unreadable": "文件读不出来：不是完整的PDF，或者内容被改动过。",
    "unsigned": "文件上没有电子签章。",
    "several-signatures": "文件上不止一个电子签章，本系统签发的文件只有一个。",
    "not-whole": "电子签章没有盖住整个文件，签章以后文件被加过或者删过内容。",
    "changed": "签章以后文件的内容被改动过。",
    "bad-signature": "电子签章是坏的，和证书对不上。",
    "bad-form": "电子签章的编码被改动过，不是本系统写出的样子。",
    "untrusted": "签章的证书不是由受信任的机构签发的，或者签章时不在有效期内。",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class Findings:
    """The outcome of a verification: valid if nothing was found; `facts` are what the file says of itself."""

    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings


def found(code: str) -> Finding:
    """The finding with its sentence."""
    return Finding(code, MESSAGES[code])


def verify_pdf(pdf: bytes, roots: Sequence[x509.Certificate]) -> Findings:
    """Everything wrong with the seal on `pdf`, as of the moment it was sealed; facts: sealed_by, sealed_at, digest."""
    digest = sha256(pdf).hexdigest()
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return Findings((found("several-signatures" if signatures else "unsigned"),), {"digest": digest})
        return _verify(pdf, signatures[0], roots, digest)
    except Exception:  # the bytes are a stranger's: whatever they break in the reader, they are no sealed paper
        return Findings((found("unreadable"),), {"digest": digest})


def attachment(pdf: bytes, name: str) -> bytes | None:
    """The file called `name` that lies inside the PDF, or None."""
    try:
        listed = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        inside = {str(listed[at]): listed[at + 1] for at in range(0, len(listed), 2)}
        files = [entry.get_object() for entry in inside.values()]
        wanted = [entry for entry in files if name in (entry.get("/UF"), entry.get("/F"))]
        return bytes(wanted[0]["/EF"]["/F"].data) if len(wanted) == 1 else None
    except Exception:  # as above: a stranger's bytes
        return None


def _verify(pdf: bytes, signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], digest: str) -> Findings:
    sealed_at = signature.self_reported_timestamp
    context = ValidationContext(trust_roots=[_asn1(root) for root in roots], moment=_moment(sealed_at), allow_fetching=False)
    status = validate_pdf_signature(signature, context, skip_diff=True)
    codes = [code for code, holds in CHECKS.items() if not holds(pdf, signature, status)]
    facts = {
        "digest": digest,
        "sealed_by": str(signature.signer_cert.subject.native.get("common_name", "")),
        "sealed_at": sealed_at.isoformat() if sealed_at else "",
    }
    return Findings(tuple(found(code) for code in codes), facts)


def _moment(sealed_at: datetime | None) -> datetime:
    return sealed_at or datetime(1970, 1, 1, tzinfo=UTC)


def _whole(pdf: bytes, signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """From the first byte to the last, with a gap for the signature alone."""
    start, before, after, rest = (int(number) for number in signature.byte_range)
    covered = start == 0 and after + rest == len(pdf) and pdf[before : before + 1] == b"<" and pdf[after - 1 : after] == b">"
    return covered and status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def _own_form(pdf: bytes, signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """What the signature does not protect of itself (its wrapping, its padding) is as we write it."""
    before, after = int(signature.byte_range[1]), int(signature.byte_range[2])
    written = pdf[before + 1 : after - 1]
    wrapped = _rebuilt(signature).dump()
    expected = wrapped.hex().upper().encode().ljust(len(written), b"0")
    return re.fullmatch(rb"[0-9A-F]*", written) is not None and written == expected


def _rebuilt(signature: EmbeddedPdfSignature) -> cms.ContentInfo:
    """The CMS wrapping made anew from what is protected: attributes, certificate (by its digest), signature value."""
    signer, certificate = signature.signer_info, signature.signer_cert
    algorithm = {"algorithm": "sha256"}
    sid = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
        "digest_algorithm": algorithm,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": signer["signed_attrs"],
        "signature": signer["signature"].native,
    }
    data = {
        "version": "v1",
        "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
        "signer_infos": [info],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


Check = Callable[[bytes, EmbeddedPdfSignature, PdfSignatureStatus], bool]
CHECKS: Mapping[str, Check] = {
    "not-whole": _whole,
    "changed": lambda pdf, signature, status: status.intact,
    "bad-signature": lambda pdf, signature, status: status.valid or not status.intact,
    "bad-form": _own_form,
    "untrusted": lambda pdf, signature, status: status.trusted,
}


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
