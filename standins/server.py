"""Running a stand-in: one process, one port, clean on SIGTERM and SIGINT; plus what both of them need of HTTP."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from standins.signing import Asked, Keyring, Reply, answer_headers

ROOT = Path(__file__).resolve().parents[1]
DRAIN = 2
"""Seconds that open answers get when it stops."""
MAX_BODY = 1_000_000
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class TooLarge(Exception):
    """The request's body is larger than anybody needs."""


async def body(request: Request) -> bytes:
    """The whole body, counted while it is read. Raises `TooLarge`."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > MAX_BODY:
            raise TooLarge
    return bytes(read)


async def asked(request: Request) -> Asked:
    """The request as its signature sees it."""
    path = request.scope["raw_path"].decode("ascii").partition("?")[0]
    query = request.scope["query_string"].decode("ascii")
    return Asked(request.method, f"{path}?{query}" if query else path, request.headers, await body(request))


async def form(request: Request) -> dict[str, str]:
    """The fields of a posted page, the last of each name."""
    fields = parse_qs((await body(request)).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    return {name: values[-1] for name, values in fields.items()}


def is_foreign(request: Request) -> bool:
    """Whether a page of another site posted this."""
    origin = request.headers.get("origin")
    return origin not in (None, "null") and urlsplit(origin or "").netloc != request.headers.get("host")


def json_reply(status: int, document: object) -> Reply:
    """A JSON answer, before it is signed."""
    return Reply(status, "application/json", json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def problem(status: int, code: str, detail: str) -> Response:
    """An error in words for a machine (RFC 9457)."""
    text = json.dumps({"status": status, "code": code, "detail": detail}, ensure_ascii=False)
    return Response(text, status, media_type="application/problem+json", headers=SECURITY)


def signed(reply: Reply, keys: Keyring, key_id: str, nonce: str) -> Response:
    """The answer, signed for the one who asked."""
    key = keys.key(key_id) or b""
    return Response(reply.body, reply.status, {"Content-Type": reply.kind, **answer_headers(key_id, key, nonce, reply)})


def html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page."""
    return Response(text, status, media_type="text/html", headers={**SECURITY, **(headers or {})})


def style(_request: Request) -> Response:
    """The stylesheet of the stand-ins' pages."""
    text = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css", headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"})


def livez(_request: Request) -> Response:
    """The process lives."""
    return Response("ok\n", media_type="text/plain")


def keyring() -> Keyring:
    """The folder of keys that the demo shares with its partners (`ONEVISIT_KEYS`)."""
    return Keyring(Path(os.environ.get("ONEVISIT_KEYS") or Path(os.environ.get("ONEVISIT_VAR", ROOT / "var")) / "keys"))


def main(name: str, port: int, build: Callable[[Path], Starlette]) -> int:
    """Serves until told to stop; the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m standins.{name}", description="演示环境的外部系统，只供本机使用。")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, default=ROOT / "var" / f"{name}.sqlite3", help="记事文件")
    chosen = parser.parse_args()
    if not _is_free(chosen.host, chosen.port):
        print(f"{name}：端口{chosen.port}已被占用。请先停掉占用它的程序，或者用 --port 换一个。", file=sys.stderr)
        return 1
    print(f"{name}: http://{chosen.host}:{chosen.port}/", flush=True)
    asyncio.run(_serve(build(chosen.state), chosen.host, chosen.port))
    return 0


def _is_free(host: str, port: int) -> bool:
    """Whether the port can be had; the server itself would share it silently."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


async def _serve(app: Starlette, host: str, port: int) -> None:
    server = Server(app, address=host, port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
    server.workers_kill_timeout = DRAIN
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, server.stop)
    with suppress(TimeoutError):  # somebody was still being answered
        await server.serve()
