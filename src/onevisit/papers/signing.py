"""Sealing a PDF (电子签章): PAdES with ECDSA P-256, the only signature and the last word (no change is allowed after it).

国务院令716号 art. 9: an electronic seal equals one on paper. The PDF library has no SM2; until it has, seals of files are ECDSA.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from onevisit.papers import keys
from onevisit.papers.verification import TRUST, Findings, trusted, verify_pdf

FIELD = "Seal"
RESERVED = 8192
"""Characters kept free for the signature: twice what it needs, the same in every file."""


class KeptKey(signers.SimpleSigner):
    """Signs with the key that was parsed once; the library's own signer parses it again each time."""

    def __init__(self, seal: keys.Seal) -> None:
        self._key = seal.key
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(_asn1(seal.root))
        form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        super().__init__(
            signing_cert=_asn1(seal.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(seal.key.private_bytes(*form)),
            cert_registry=store,
            embed_roots=False,
        )

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class SameVersion(IncrementalPdfFileWriter):
    """Adds the seal without lifting the file to PDF 2.0, which PDF/A-2 and A-3 are not."""

    output_version = (1, 7)


class LegalTime(signers.PdfSigner):
    """Signs as of the legal clock, which a demo may have shifted."""

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """None is declared: that of ISO/TS 32002 would lift the file to PDF 2.0, and P-256 needs none to be read."""


def sign(pdf: bytes, reason: str) -> bytes:
    """The same paper with the seal of this installation over the whole file; raises `keys.SealTrouble`."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = LegalTime(metadata, KeptKey(keys.seal()), at=settings.CLOCK())
    out: BytesIO = signer.sign_pdf(SameVersion(BytesIO(pdf)), bytes_reserved=RESERVED)
    return out.getvalue()


def verify(pdf: bytes) -> Findings:
    """What is wrong with a sealed paper, against the roots trusted here."""
    return verify_pdf(pdf, trusted(settings.KEYS / TRUST))


def _asn1(certificate: Any) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
