"""Both suites against published vectors; what is sealed opens only as it was sealed; key files."""

import pytest
from django.conf import settings

from onevisit.ledger import suite
from onevisit.ledger.suite import GM, INTL, KeyMissing, Pair, Suite, Unopened

BOTH = pytest.mark.parametrize("one", [GM, INTL], ids=["gm", "intl"])


def test_sm3_gives_the_digest_of_its_standard():
    assert GM.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, A.1


def test_sha256_gives_the_digest_of_its_standard():
    assert INTL.digest(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sm4_gcm_opens_the_vector_of_rfc_8998():
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    place = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    tag = bytes.fromhex("83de3541e4c2b58177e065a9bf7b62ec")
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    assert GM.open(key, nonce + sealed + tag, place) == plain


def test_sm2_verifies_the_example_of_its_standard():
    public = bytes.fromhex(  # GB/T 32918.5, A.2: the recommended curve, message digest, the default identity
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signature = der(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    )
    assert GM.verify(public, b"message digest", signature)
    assert not GM.verify(public, b"message digesT", signature)


def der(*numbers: str) -> bytes:
    """Two positive integers as a DER sequence."""
    parts = [b"\x02\x21\x00" + bytes.fromhex(number) for number in numbers]
    return b"\x30" + bytes([sum(map(len, parts))]) + b"".join(parts)


@BOTH
def test_what_is_sealed_opens_with_key_and_place(one: Suite):
    key = one.new_key()
    sealed = one.seal(key, b"eighteen-character", b"person|number|1")
    assert one.open(key, sealed, b"person|number|1") == b"eighteen-character"
    assert len(sealed) == 18 + suite.NONCE + suite.TAG
    assert sealed != one.seal(key, b"eighteen-character", b"person|number|1")


@BOTH
def test_another_place_key_or_byte_does_not_open(one: Suite):
    key = one.new_key()
    sealed = one.seal(key, b"value", b"here")
    attempts = [(key, sealed, b"there"), (one.new_key(), sealed, b"here"), (key, sealed[:10], b"here")]
    attempts += [(key, flipped(sealed, place), b"here") for place in range(len(sealed))]
    for attempt in attempts:
        with pytest.raises(Unopened):
            one.open(*attempt)


def flipped(sealed: bytes, place: int) -> bytes:
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


@BOTH
def test_a_signature_holds_for_its_content_and_key_only(one: Suite):
    pair, other = one.pair(), one.pair()
    signature = one.sign(pair, b"root")
    assert one.verify(pair.public, b"root", signature)
    assert not one.verify(pair.public, b"toor", signature)
    assert not one.verify(other.public, b"root", signature)


@BOTH
def test_the_keyed_hash_depends_on_the_key(one: Suite):
    assert one.mac(b"k" * 32, b"x") != one.mac(b"l" * 32, b"x")
    assert len(one.mac(b"k" * 32, b"x")) == 32


def test_a_demo_makes_its_keys_once_and_for_the_owner_only():
    made = suite.secret("test-once")
    assert suite.secret("test-once") == made
    assert len(made) == 32
    assert (settings.KEYS / "test-once").stat().st_mode & 0o777 == 0o400


def test_outside_a_demo_a_missing_key_is_refused(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(KeyMissing, match="缺少密钥文件"):
        suite.secret("test-absent")
    assert not (settings.KEYS / "test-absent").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    path = tmp_path / "test-loose"
    path.write_text("00" * 32)
    path.chmod(0o644)
    with pytest.raises(KeyMissing, match="权限过宽"):
        suite.secret("test-loose")


def test_a_signer_leaves_its_public_half_by_name():
    pair = suite.signer("test-signer")
    assert isinstance(pair, Pair)
    assert suite.public_key(suite.key_id(pair.public)) == pair.public
    assert suite.signer("test-signer") == pair
