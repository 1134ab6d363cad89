"""The key that seals papers (签章密钥), parsed once and kept in memory; in a demo it is made, under a root of its own.

A real city puts the key and certificate that its seal system issued into the same place; nothing here imitates a state seal.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from onevisit.papers.verification import TRUST
from onevisit.settings import keep_once

SEAL = "seal.pem"
FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
"""Wide, since the clock of a demo may be shifted."""
ROOT_NAME, SEAL_NAME = "示例城市电子签章根证书（演示）", "示例城市政务服务电子签章（演示）"


class SealTrouble(Exception):
    """The sealing key is absent or not kept as a key must be; the message says what to do."""


@dataclass(frozen=True)
class Seal:
    """A sealing key with its certificate and root, parsed."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate


def seal() -> Seal:
    """The sealing key of this installation; in a demo it is made if absent. Raises `SealTrouble`."""
    if settings.DEMO:
        ensure_demo(settings.KEYS)
    return _loaded(settings.KEYS / SEAL)


def ensure_demo(folder: Path) -> None:
    """A demo root and a seal under it exist in `folder`; of several processes at once, one makes them for all."""
    if not (folder / SEAL).exists():
        keep_once(folder / SEAL, _made().decode("ascii"))
    root = folder / TRUST / "demo-root.pem"
    if not root.exists():
        keep_once(root, _loaded(folder / SEAL).root.public_bytes(serialization.Encoding.PEM).decode("ascii"))


@cache
def _loaded(path: Path) -> Seal:
    if not path.exists():
        raise SealTrouble(f"缺少签章密钥 {path}。请放回它的备份，或者向签章系统申请。")
    if path.stat().st_mode & 0o077:
        raise SealTrouble(f"签章密钥 {path} 别人也能读。请运行 chmod 0400 {path}。")
    content = path.read_bytes()
    key = serialization.load_pem_private_key(content, password=None)
    certificates = x509.load_pem_x509_certificates(content)
    fits = (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificates[0].public_key() and len(certificates) > 1
    )
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not fits:
        raise SealTrouble(f"签章密钥 {path} 和它的证书不是一套。请放回完整的备份。")
    return Seal(key, certificates[0], certificates[-1])


def _made() -> bytes:
    """A fresh seal with its certificate and root, as PEM. The root's key is used once and forgotten."""
    root_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = (
        _certificate(ROOT_NAME, ROOT_NAME, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _certificate(SEAL_NAME, ROOT_NAME, seal_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(seal_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return seal_key.private_bytes(*form) + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (certificate, root))


def _certificate(subject: str, issuer: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])

    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(FROM).not_valid_after(UNTIL)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
