"""The only HTTP client of the house (对外调用): signed calls to the systems that two persons approved, one address each.

A name is resolved once and the connection goes to the address that was checked; no redirect, 3 s to connect, 10 s in all, 2 MB.
Never inside a transaction: each step of the book-keeping is a durable one of its own, which Django refuses to nest (but in tests
that roll back). httpcore rather than a client above it, since the deadline must hold for every single read.
"""

import ipaddress
import json as jsonlib
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

import httpcore
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from onevisit.identity import signing
from onevisit.identity.models import Peer, PeerCall

CONNECT = 3.0
WHOLE = 10.0
LARGEST = 2 * 1024 * 1024
DEEPEST = 20
FAILURES = 5
REST = timedelta(seconds=30)
TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32"))
"""IPv6 that wraps an IPv4 address, which could be a private one."""


class PeerTrouble(Exception):
    """A call that brought no usable answer; `title` is the system's name for people, `code` says why."""

    def __init__(self, title: str, code: str) -> None:
        super().__init__(f"{title}：{code}")
        self.title, self.code = title, code


class PeerDown(PeerTrouble):
    """The system cannot be reached now, or does not answer in time; later it may."""


class PeerWrong(PeerTrouble):
    """The answer is not to be used (unsigned, not JSON, too large, a redirect), or the address is not allowed."""


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """A signed answer, 2xx to 4xx."""

    status: int
    json: Any
    bytes: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Watch:
    """The time that is left for the whole call."""

    whole: float
    began: float = field(default_factory=monotonic)

    def left(self, most: float | None = None) -> float:
        """Seconds left, at most `most`; raises ReadTimeout when none are."""
        rest = self.whole - (monotonic() - self.began)
        if rest <= 0:
            raise httpcore.ReadTimeout("deadline")
        return rest if most is None else min(rest, most)

    def milliseconds(self) -> int:
        """How long it took so far."""
        return round((monotonic() - self.began) * 1000)


def call(  # noqa: PLR0913 - method, path and what a request may carry
    peer: str,
    method: str,
    path: str,
    *,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = WHOLE,
) -> PeerAnswer:
    """The signed answer of the system `peer` to a signed request; `path` begins with `/`. Raises PeerDown or PeerWrong."""
    row = _opened(peer)
    watch = Watch(min(timeout, WHOLE))
    body = b"" if json is None else jsonlib.dumps(json, ensure_ascii=False, allow_nan=False).encode()
    signed = signing.sign_request(row.key_id, method, path, body)
    status = None
    try:
        raw = _exchange(row, watch, (method, path), {**(headers or {}), **signed, "Content-Type": "application/json"}, body)
        status = raw.status
        answer = _believed(row, signed["X-OV-Nonce"], raw)
    except PeerTrouble as trouble:
        _noted(row, (method, path), trouble.code, status, watch)
        if trouble.code != "timeout" or watch.whole >= CONNECT:  # who waited a moment only can't say that the system is down
            _counted(row, down=isinstance(trouble, PeerDown))
        raise
    _noted(row, (method, path), "answered", status, watch)
    _counted(row, down=False)
    return answer


def _opened(name: str) -> Peer:
    """The peer's row, if it may be called now: after five failures in a row it rests, then one caller tries."""
    now = settings.REAL_CLOCK()
    with transaction.atomic(durable=True):
        row = Peer.objects.filter(name=name).first()
        if row is None or not row.active or not (row.demo or row.approved_by):
            raise PeerWrong(row.title if row else name, "not-approved")
        mine = Peer.objects.filter(pk=row.pk, closed_until__lte=now).update(closed_until=now + REST)
        if row.closed_until is not None and not mine:
            raise PeerDown(row.title, "resting")
    return row


def _exchange(row: Peer, watch: Watch, line: tuple[str, str], headers: Mapping[str, str], body: bytes) -> Raw:
    method, path = line
    address = _address(row)
    url = f"{row.scheme}://{row.host}:{row.port}{path}"
    sent = {"Host": f"{row.host}:{row.port}", "Accept": "application/json", "Accept-Encoding": "identity", **headers}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=_Line(address, watch)) as pool,
            pool.stream(method, url, headers=list(sent.items()), content=body) as response,
        ):
            return Raw(response.status, _headers(response.headers), _capped(row, response.iter_stream()))
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as why:
        raise PeerDown(row.title, "timeout" if isinstance(why, httpcore.TimeoutException) else "unreachable") from why


def _address(row: Peer) -> str:
    """The one address to connect to; every address of the name must be allowed, so that no order of answers matters."""
    try:
        found = socket.getaddrinfo(row.host, row.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        raise PeerDown(row.title, "unknown-name") from why
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_allowed(address, private=row.private) for address in addresses):
        raise PeerWrong(row.title, "forbidden-address")
    return addresses[0]


def _allowed(text: str, *, private: bool) -> bool:
    """Whether the house may connect there; a private network only if the row says so, link-local never."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return address.is_loopback and private
    if any(address in net for net in TRANSLATED if net.version == address.version):
        return False
    return address.is_global or private


def _capped(row: Peer, chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise PeerWrong(row.title, "too-large")
    return bytes(body)


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def _believed(row: Peer, nonce: str, raw: Raw) -> PeerAnswer:
    if raw.status >= 500:
        raise PeerDown(row.title, f"status-{raw.status}")
    if 300 <= raw.status < 400:
        raise PeerWrong(row.title, "redirect")
    if raw.headers.get("content-encoding", "identity") != "identity":
        raise PeerWrong(row.title, "encoded")
    if signing.media(raw.headers.get("content-type", "")) not in ("application/json", "application/problem+json"):
        raise PeerWrong(row.title, "not-json")
    try:
        signing.verify_answer(row.key_id, nonce, raw.status, raw.headers, raw.body)
        return PeerAnswer(raw.status, _strict(raw.body), raw.body, raw.headers)
    except signing.BadSignature as why:
        raise PeerWrong(row.title, why.code) from why
    except (ValueError, RecursionError) as why:
        raise PeerWrong(row.title, "not-json") from why


def _strict(body: bytes) -> Any:
    """The document, if it is JSON as docs/partners.md wants it; raises ValueError."""
    document = jsonlib.loads(body.decode(), parse_constant=_refuse, parse_float=_refuse, object_pairs_hook=_once)
    layer, depth = [document], 0
    while layer:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("too deep")
        inner = (list(one.values()) if isinstance(one, dict) else one for one in layer if isinstance(one, dict | list))
        layer = [each for one in inner for each in one]
    return document


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not allowed")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document


def _noted(row: Peer, line: tuple[str, str], outcome: str, status: int | None, watch: Watch) -> None:
    method, path = line
    with transaction.atomic(durable=True):
        PeerCall.objects.create(
            peer=row,
            method=method.upper(),
            path=path.partition("?")[0][:400],
            outcome=outcome,
            status=status,
            milliseconds=watch.milliseconds(),
            at=settings.REAL_CLOCK(),
        )


def _counted(row: Peer, *, down: bool) -> None:
    """The breaker: failures in a row are counted, the fifth lets the peer rest; any answer, even a wrong one, ends the row."""
    with transaction.atomic(durable=True):
        if not down:
            Peer.objects.filter(Q(failures__gt=0) | Q(closed_until__isnull=False), pk=row.pk).update(
                failures=0, closed_until=None
            )
            return
        Peer.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
        Peer.objects.filter(pk=row.pk, failures__gte=FAILURES).update(closed_until=settings.REAL_CLOCK() + REST)


class _Line(httpcore.NetworkBackend):
    """Connects to the checked address, whatever the name says by now; the name stays for TLS and Host."""

    def __init__(self, address: str, watch: Watch) -> None:
        self.address, self.watch, self.system = address, watch, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Timed(
            self.system.connect_tcp(self.address, port, self.watch.left(CONNECT), local_address, socket_options), self.watch
        )


class _Timed(httpcore.NetworkStream):
    """A connection of which no read or write outlives the call."""

    def __init__(self, stream: httpcore.NetworkStream, watch: Watch) -> None:
        self.stream, self.watch = stream, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.watch.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.watch.left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self.stream.start_tls(ssl_context, server_hostname, self.watch.left(CONNECT)), self.watch)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
