"""The stand-ins' own reading of docs/partners.md agrees with the page's test vector."""

from pathlib import Path

import pytest
from standins.signing import Keyring, Reply, answer_headers, digest, sign

KEY = bytes(range(32))


def test_the_page_s_vector_holds_for_a_request() -> None:
    summed = digest(b'{"a":1}')
    nonce = "000102030405060708090a0b0c0d0e0f"
    assert summed == "d646a76e347ce7c1a4c11acff67604928ccfaf03fc2e4fb8faaf5b2b1227605a"
    signature = sign(KEY, "OV1", "POST", "/share/person?x=1", "demo-province", "1767225600", nonce, summed)
    assert signature == "819eb41194c1652db00439623d050581b5eb876a061a993e6e470d7c6f1012bc"


def test_the_page_s_vector_holds_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1767225601.5)
    reply = Reply(200, "application/json; charset=utf-8", b'{"b":2}')
    headers = answer_headers("demo-province", KEY, "000102030405060708090a0b0c0d0e0f", reply)
    assert headers["X-OV-Digest"] == "0a1ce0016f57f32c02094eb5a398a42417c500e1fa465b502dd1aad347e3a644"
    assert headers["X-OV-Signature"] == "65f913b17d5751a3d88a141640d46692617f4bbe6a2a02f2d97505acadc76298"


def test_a_key_id_is_never_a_path(tmp_path: Path) -> None:
    assert Keyring(tmp_path).key("../../etc/passwd") is None
