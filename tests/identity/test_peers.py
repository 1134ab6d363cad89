"""The HTTP client against real sockets: what a slow, lying, endless or forbidden peer may do to us, which is nothing."""

import contextlib
import gzip
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from onevisit.identity import actions, peers
from onevisit.identity.models import Peer, PeerCall
from onevisit.ledger import suite

pytestmark = pytest.mark.django_db
KEY_ID = "demo-province"
Respond = Callable[[socket.socket, dict[str, str]], None]


def answer(asked: dict[str, str], body: bytes, status: int = 200, **headers: str) -> bytes:
    """A whole signed answer, made as docs/partners.md says, by the standard library alone."""
    key, now = suite.secret(f"peer-{KEY_ID}.key"), str(int(time.time()))
    sent = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    digest = hashlib.new("sm3", body).hexdigest()
    lines = ("OV1-ANSWER", str(status), KEY_ID, now, asked["x-ov-nonce"], digest, sent["content-type"].partition(";")[0])
    signature = hmac.new(key, "\n".join(lines).encode(), "sm3").hexdigest()
    own = {"x-ov-key": KEY_ID, "x-ov-time": now, "x-ov-digest": digest, "x-ov-signature": signature}
    head = "".join(f"{name}: {value}\r\n" for name, value in (own | {"content-length": str(len(body))} | sent).items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


def says(body: bytes, status: int = 200, **headers: str) -> Respond:
    """A peer that answers just this, signed."""
    return lambda line, asked: line.sendall(answer(asked, body, status, **headers))


class Stand:
    """A peer on a port of its own; it counts who connects and answers as it is told."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.connections, self.asked = 0, [{}]
        self.respond: Respond = says(b'{"ok":"yes"}')
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                self.connections += 1
                threading.Thread(target=self.one, args=(line,), daemon=True).start()

    def one(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += line.recv(65536)
            first, *rest = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
            asked = {name.lower(): value for name, value in (each.split(": ", 1) for each in rest)} | {":line": first}
            self.asked.append(asked)
            self.respond(line, asked)


@pytest.fixture
def stand() -> Iterator[Stand]:
    """The province, here on this machine."""
    made = Stand()
    actions.found_demo_peer("province", "省数据共享平台（演示）", made.port)
    yield made
    made.socket.close()


def last() -> PeerCall:
    return PeerCall.objects.latest("pk")


def test_a_signed_answer_comes_back_as_it_was_sent(stand: Stand) -> None:
    stand.respond = says('{"name":"张晓月","homes":0}'.encode())
    found = peers.call("province", "POST", "/share/person?year=2026", json={"number": "x"})
    assert (found.status, found.json) == (200, {"name": "张晓月", "homes": 0})
    asked = stand.asked[-1]
    assert asked[":line"] == "POST /share/person?year=2026 HTTP/1.1"
    assert asked["host"] == f"127.0.0.1:{stand.port}"
    assert asked["accept-encoding"] == "identity"
    assert (last().outcome, last().status, last().path) == ("answered", 200, "/share/person")


def test_a_refusal_with_a_good_signature_is_an_answer(stand: Stand) -> None:
    stand.respond = says(b'{"code":"no-such-person"}', 404, content_type="application/problem+json")
    assert peers.call("province", "GET", "/share/person").status == 404


@pytest.mark.parametrize(
    ("respond", "code"),
    [
        (says(b'{"tax":NaN}'), "not-json"),
        (says(b'{"tax":Infinity}'), "not-json"),
        (says(b'{"area":140.0}'), "not-json"),
        (says(b'{"a":1,"a":2}'), "not-json"),
        (says(b"[" * 21 + b"]" * 21), "not-json"),
        (says(b"[" * 100_000 + b"]" * 100_000), "not-json"),
        (says(b"\xff{}"), "not-json"),
        (says(b""), "not-json"),
        (says(b"<html></html>", content_type="text/html"), "not-json"),
        (says(b"<html></html>"), "not-json"),
        (says(gzip.compress(b"{}"), content_encoding="gzip"), "encoded"),
        (says(b"{}", 302, location="http://127.0.0.1/"), "redirect"),
        (says(b"{}", 200, x_ov_signature="0" * 64), "bad-signature"),
        (says(b"{}", 200, x_ov_digest="0" * 64), "bad-digest"),
        (says(b"{}", 200, x_ov_time="1"), "clock-skew"),
        (says(b"{}", 200, x_ov_key="other"), "unknown-key"),
        (says(b"{}", 200, x_ov_key=""), "no-signature"),
        (says(b'"' + b"x" * (2 * 1024 * 1024) + b'"'), "too-large"),
    ],
)
def test_a_wrong_answer_is_not_used(stand: Stand, respond: Respond, code: str) -> None:
    stand.respond = respond
    with pytest.raises(peers.PeerWrong) as trouble:
        peers.call("province", "GET", "/")
    assert trouble.value.code == code
    assert trouble.value.title == "省数据共享平台（演示）"
    assert last().outcome == code


def test_an_answer_to_another_question_is_not_used(stand: Stand) -> None:
    stand.respond = lambda line, asked: line.sendall(answer({"x-ov-nonce": "0" * 32}, b"{}"))
    with pytest.raises(peers.PeerWrong, match="bad-signature"):
        peers.call("province", "GET", "/")


def test_an_endless_answer_is_cut_at_two_megabytes(stand: Stand) -> None:
    def endless(line: socket.socket, asked: dict[str, str]) -> None:
        line.sendall(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\nx-ov-key: demo-province\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    stand.respond = endless
    with pytest.raises(peers.PeerWrong, match="too-large"):
        peers.call("province", "GET", "/")


def drips(head: bytes) -> Respond:
    def drip(line: socket.socket, asked: dict[str, str]) -> None:
        line.sendall(head)
        while True:
            line.sendall(b"x")
            time.sleep(0.1)

    return drip


@pytest.mark.parametrize(
    "respond",
    [
        drips(b"HTTP/1.1 200 X\r\n\r\n"),
        drips(b"HTTP/1.1 200 X\r\nx: "),
        drips(b""),
        lambda line, asked: time.sleep(5),
    ],
)
def test_a_slow_answer_ends_with_the_time_given(stand: Stand, respond: Respond) -> None:
    stand.respond = respond
    began = time.monotonic()
    with pytest.raises(peers.PeerDown) as trouble:
        peers.call("province", "GET", "/", timeout=0.6)
    assert 0.5 < time.monotonic() - began < 8
    assert trouble.value.code == "timeout"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "unreachable"),
        (b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{", "unreachable"),
        (b"nonsense\r\n\r\n", "unreachable"),
        (b"HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n", "status-503"),
    ],
)
def test_a_peer_that_breaks_off_is_down(stand: Stand, raw: bytes, code: str) -> None:
    stand.respond = lambda line, asked: line.sendall(raw)
    with pytest.raises(peers.PeerDown) as trouble:
        peers.call("province", "GET", "/")
    assert trouble.value.code == code


def test_a_closed_port_is_down(stand: Stand) -> None:
    stand.socket.close()
    Peer.objects.update(port=1)
    with pytest.raises(peers.PeerDown, match="unreachable"):
        peers.call("province", "GET", "/")


PRIVATE = [
    "127.0.0.1",
    "169.254.169.254",
    "::ffff:127.0.0.1",
    "0x7f000001",
    "2130706433",
    "10.1.2.3",
    "192.168.0.1",
    "::1",
    "0.0.0.0",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_never_connected_to(stand: Stand, host: str) -> None:
    Peer.objects.update(private=False, host=host)
    with pytest.raises(peers.PeerWrong, match="forbidden-address"):
        peers.call("province", "GET", "/")
    assert stand.connections == 0
    assert last().outcome == "forbidden-address"


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1"])
def test_some_addresses_are_refused_even_to_a_private_peer(stand: Stand, host: str) -> None:
    Peer.objects.update(host=host)
    with pytest.raises(peers.PeerWrong, match="forbidden-address"):
        peers.call("province", "GET", "/")


@pytest.mark.parametrize(("address", "private"), [("8.8.8.8", False), ("10.0.0.1", True), ("::1", True)])
def test_what_may_be_connected_to(address: str, private: bool) -> None:
    assert peers._allowed(address, private=private)


def test_a_name_is_resolved_once_and_that_address_is_used(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    Peer.objects.update(host="province.example")
    real, answers = socket.getaddrinfo, iter(["127.0.0.1", "203.0.113.1"])

    def changing(host: str, port: int, *rest: object, **more: object) -> object:
        if host != "province.example":
            return real(host, port, *rest, **more)  # type: ignore[arg-type]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert peers.call("province", "GET", "/").json == {"ok": "yes"}
    assert next(answers) == "203.0.113.1", "asked for once only"
    assert stand.asked[-1]["host"] == f"province.example:{stand.port}"


def test_one_forbidden_address_of_a_name_forbids_it(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    Peer.objects.update(private=False, host="both.example")
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("203.0.114.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: both)
    with pytest.raises(peers.PeerWrong, match="forbidden-address"):
        peers.call("province", "GET", "/")


def test_after_five_failures_the_peer_rests_and_then_one_call_tries(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.respond = lambda line, asked: line.sendall(b"HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n")
    for _ in range(5):
        with pytest.raises(peers.PeerDown, match="status-500"):
            peers.call("province", "GET", "/")
    for _ in range(3):
        with pytest.raises(peers.PeerDown, match="resting"):
            peers.call("province", "GET", "/")
    assert stand.connections == 5
    true = settings.REAL_CLOCK
    monkeypatch.setattr(settings, "REAL_CLOCK", lambda: true() + timedelta(seconds=31))
    with pytest.raises(peers.PeerDown, match="status-500"):
        peers.call("province", "GET", "/")
    with pytest.raises(peers.PeerDown, match="resting"):
        peers.call("province", "GET", "/")
    assert stand.connections == 6


def test_an_answer_ends_the_rest(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    Peer.objects.update(failures=5, closed_until=settings.REAL_CLOCK() - timedelta(seconds=1))
    assert peers.call("province", "GET", "/").status == 200
    row = Peer.objects.get()
    assert (row.failures, row.closed_until) == (0, None)


def test_no_call_leaves_from_inside_a_transaction(stand: Stand) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        peers.call("province", "GET", "/")
    assert stand.connections == 0


def test_an_unknown_or_unapproved_peer_is_not_called(stand: Stand) -> None:
    with pytest.raises(peers.PeerWrong, match="not-approved"):
        peers.call("nobody", "GET", "/")
    Peer.objects.update(demo=False, approved_by="")
    with pytest.raises(peers.PeerWrong, match="not-approved"):
        peers.call("province", "GET", "/")
    assert stand.connections == 0
