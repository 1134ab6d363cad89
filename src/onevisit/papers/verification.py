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
from pathlib import Path
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

TRUST = "seal-trust"
"""Folder, beside the keys, of the root certificates that seals are verified against."""
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


class NoRoots(Exception):
    """There is nothing to verify against; the message says what to do."""


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


def trusted(folder: Path) -> tuple[x509.Certificate, ...]:
    """The root certificates in `folder`; raises `NoRoots` if there is none or one cannot be read."""
    try:
        roots = tuple(x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(folder.glob("*.pem")))
    except (OSError, ValueError) as broken:
        raise NoRoots(f"{folder} 里有读不了的证书。请只放PEM格式的根证书。") from broken
    if not roots:
        raise NoRoots(f"{folder} 里没有根证书（*.pem）。请用 --trust 指明放根证书的文件夹。")
    return roots


def verify_pdf(pdf: bytes, roots: Sequence[x509.Certificate]) -> Findings:
    """Everything wrong with the seal on `pdf`, as of the moment it was sealed; facts: digest, sealed_by, sealed_at."""
    digest = sha256(pdf).hexdigest()
    try:
        seals = _seals(PdfFileReader(BytesIO(pdf)).root)
        if len(seals) != 1:
            return Findings((found("several-signatures" if seals else "unsigned"),), {"digest": digest})
        seal = _read(pdf, seals[0])
        codes = [code for code, holds in CHECKS.items() if not holds(seal)]
        if not any(seal.trusted_by(root) for root in roots):
            codes.append("untrusted")
        facts = {"digest": digest, "sealed_by": seal.name, "sealed_at": seal.at.isoformat()}
    except Exception:  # the bytes are a stranger's: whatever they break in the reader, they are no sealed paper
        return Findings((found("unreadable"),), {"digest": digest})
    return Findings(tuple(found(code) for code in codes), facts)


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


def _seals(root: Any) -> list[Any]:
    """The signature dictionaries of the form fields."""
    fields = [each.get_object() for each in root["/AcroForm"]["/Fields"]] if "/AcroForm" in root else []
    return [each["/V"] for each in fields if each.get("/FT") == "/Sig" and "/V" in each]


@dataclass(frozen=True)
class Seal:
    """A signature as read: its parts, the file around it."""

    pdf: bytes
    form: str
    span: tuple[int, ...]
    attributes: cms.CMSAttributes
    signature: bytes
    certificate: x509.Certificate
    der: bytes
    at: datetime

    @property
    def name(self) -> str:
        """Whose seal the certificate says it is."""
        named = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(named[0].value) if named else ""

    def attribute(self, kind: str) -> Any:
        """The one value of the signed attribute of this kind."""
        (value,) = (each["values"][0] for each in self.attributes if each["type"].native == kind)
        return value

    def trusted_by(self, root: x509.Certificate) -> bool:
        """Whether the root issued the certificate, for sealing, and both held when the paper was sealed."""
        try:
            self.certificate.verify_directly_issued_by(root)
        except (InvalidSignature, TypeError, ValueError):
            return False
        usage = self.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        authority = root.extensions.get_extension_for_class(x509.BasicConstraints).value
        in_term = all(each.not_valid_before_utc <= self.at <= each.not_valid_after_utc for each in (self.certificate, root))
        return usage.digital_signature and authority.ca and in_term


def _read(pdf: bytes, signature: Any) -> Seal:
    content = cms.ContentInfo.load(bytes(signature.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)))
    data = content["content"]
    (signer,), (certificate,) = data["signer_infos"], data["certificates"]
    der = certificate.chosen.dump()
    at = generic.parse_pdf_date(signature["/M"]) or datetime(1970, 1, 1, tzinfo=UTC)
    span = tuple(int(number) for number in signature["/ByteRange"])
    form = str(signature["/SubFilter"])
    return Seal(pdf, form, span, signer["signed_attrs"], signer["signature"].native, x509.load_der_x509_certificate(der), der, at)


def _whole(seal: Seal) -> bool:
    """From the first byte to the last, with a gap for the signature alone."""
    start, before, after, rest = seal.span
    edges = seal.pdf[before : before + 1] + seal.pdf[after - 1 : after]
    return start == 0 and before < after and after + rest == len(seal.pdf) and edges == b"<>"


def _unchanged(seal: Seal) -> bool:
    _, before, after, rest = seal.span
    covered = seal.pdf[:before] + seal.pdf[after : after + rest]
    return bool(seal.attribute("message_digest").native == sha256(covered).digest())


def _signed(seal: Seal) -> bool:
    """The attributes are signed by the certificate's key, and name this very certificate (signing-certificate-v2)."""
    key = seal.certificate.public_key()
    named: tsp.SigningCertificateV2 = seal.attribute("signing_certificate_v2")  # a kind that importing `tsp` makes known
    if not isinstance(key, ec.EllipticCurvePublicKey) or named["certs"][0]["cert_hash"].native != sha256(seal.der).digest():
        return False
    try:
        key.verify(seal.signature, seal.attributes.untag().dump(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _own_form(seal: Seal) -> bool:
    """What the signature does not protect of itself (its wrapping, its padding) is as we write it."""
    written = seal.pdf[seal.span[1] + 1 : seal.span[2] - 1]
    expected = _rebuilt(seal).dump().hex().upper().encode().ljust(len(written), b"0")
    return seal.form == "/ETSI.CAdES.detached" and re.fullmatch(rb"[0-9A-F]*", written) is not None and written == expected


def _rebuilt(seal: Seal) -> cms.ContentInfo:
    """The CMS wrapping made anew from what is protected: attributes, certificate (by its digest), signature value."""
    certificate = cms.Certificate.load(seal.der)
    algorithm = {"algorithm": "sha256"}
    sid = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
        "digest_algorithm": algorithm,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": seal.attributes,
        "signature": seal.signature,
    }
    data = {
        "version": "v1",
        "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
        "signer_infos": [info],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


CHECKS: Mapping[str, Callable[[Seal], bool]] = {
    "not-whole": _whole, "changed": _unchanged, "bad-signature": _signed, "bad-form": _own_form,
}  # fmt: skip
