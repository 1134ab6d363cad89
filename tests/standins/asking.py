"""Signed questions to a stand-in, as docs/partners.md has them; and the house's end of a callback, played by a tiny server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
from standins.signing import SIGNATURE, TIME, Asked, Keyring, digest, request_headers, sign
from tests.standins.running import Running


def ask(of: Running, method: str, path: str, document: object = None, **bent: str) -> httpx.Response:
    """The answer to a signed request; `bent` replaces headers after signing (underscores for hyphens)."""
    asked = signed(of, method, path, document)
    headers = {**asked.headers, **{name.replace("_", "-"): value for name, value in bent.items()}}
    return httpx.request(method, of.url + path, content=asked.body, headers=headers, timeout=15)


def signed(of: Running, method: str, path: str, document: object = None) -> Asked:
    """The request with its signature, not yet sent."""
    body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
    headers = request_headers(f"demo-{of.name}", key(of), Asked(method, path, {}, body))
    return Asked(method, path, headers, body)


def key(of: Running) -> bytes:
    """The shared key."""
    found = Keyring(of.keys).key(f"demo-{of.name}")
    assert found is not None
    return found


def is_signed(of: Running, answer: httpx.Response) -> bool:
    """Whether the answer is signed for the question that it answers."""
    summed = digest(answer.content)
    nonce = answer.request.headers["X-OV-Nonce"]
    kind = answer.headers["content-type"].partition(";")[0]
    signature = sign(key(of), "OV1-ANSWER", str(answer.status_code), f"demo-{of.name}", answer.headers[TIME], nonce, summed, kind)
    return summed == answer.headers["X-OV-Digest"] and signature == answer.headers[SIGNATURE]


@dataclass
class Heard:
    """The callbacks that came, and what is answered to them."""

    url: str
    status: int = 204
    calls: list[tuple[Asked, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def listener() -> Iterator[Heard]:
    """A place that takes callbacks."""
    heard = Heard("")

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.calls.append((Asked("POST", self.path, headers, body), json.loads(body)))
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    heard.url = f"http://127.0.0.1:{server.server_port}/payments/callback"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
