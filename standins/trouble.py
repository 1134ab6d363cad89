"""How a partner's answer goes wrong (slow, lying, cut, endless): the ways that the house must survive, chosen by hand."""

import json
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import anyio
from starlette.responses import RedirectResponse, Response, StreamingResponse

from standins.server import json_reply, signed
from standins.signing import Keyring, Reply

MODES = {
    "normal": "正常",
    "slow": "慢（按下面的秒数才答）",
    "down": "停机（503）",
    "wrong_person": "答成另一个人",
    "expired": "数据过期（一年前的）",
    "empty": "查无记录",
    "html": "答成网页",
    "nan": "数字写成NaN",
    "bad_type": "字段类型不对",
    "extra": "多答一个没有约定的字段",
    "bad_signature": "签名不对",
    "unsigned": "没有签名",
    "replay": "拿别的请求的签名来答",
    "cut": "答到一半断开",
    "endless": "没完没了地答",
    "drip": "一秒答一个字",
    "bomb": "压缩炸弹",
    "deep": "嵌套极深",
    "redirect": "转向内网地址",
}
STREAM_BYTES = 64_000_000
"""After so many even an endless answer ends; so that a forgotten stand-in fills nothing."""


@dataclass(frozen=True)
class Answer:
    """A right answer about a resource, and for whom it is to be signed."""

    document: Mapping[str, Any]
    keys: Keyring
    key_id: str
    nonce: str

    def sign(self, reply: Reply) -> Response:
        """The reply, signed."""
        return signed(reply, self.keys, self.key_id, self.nonce)


Change = Callable[[Mapping[str, Any]], dict[str, Any]]


async def respond(mode: str, seconds: float, right: Answer) -> Response:
    """The answer in the chosen mode; `normal` is the right one."""
    if mode == "slow":
        await anyio.sleep(seconds)
    if mode in BENT:
        return right.sign(json_reply(200, {**right.document, **BENT[mode](right.document)}))
    if mode in BROKEN:
        return BROKEN[mode](right)
    return right.sign(json_reply(200, right.document))


def _first(values: Mapping[str, Any] | None) -> str:
    return next(iter(values or {"value": None}))


BENT: dict[str, Change] = {
    "wrong_person": lambda d: {"subject": "340300197001019999"},
    "expired": lambda d: {"time": d["time"].replace(d["time"][:4], str(int(d["time"][:4]) - 1), 1)},
    "empty": lambda d: {"values": None},
    "bad_type": lambda d: {"values": {**(d["values"] or {}), _first(d["values"]): {"a": 1}}},
    "extra": lambda d: {"values": {**(d["values"] or {}), "salary": "1.00"}},
}
"""Well-signed answers that lie: what they change in the right one."""


def _html(right: Answer) -> Response:
    return right.sign(Reply(200, "text/html", "<!DOCTYPE html><title>系统维护</title><h1>系统维护中</h1>".encode()))


def _nan(right: Answer) -> Response:
    values = right.document["values"] or {"value": None}
    text = json.dumps({**right.document, "values": {**values, _first(values): "@"}}, ensure_ascii=False).replace('"@"', "NaN")
    return right.sign(Reply(200, "application/json", text.encode()))


def _bad_signature(right: Answer) -> Response:
    answer = right.sign(json_reply(200, right.document))
    answer.headers["X-OV-Signature"] = "0" * 64
    return answer


def _unsigned(right: Answer) -> Response:
    reply = json_reply(200, right.document)
    return Response(reply.body, reply.status, media_type=reply.kind)


def _replay(right: Answer) -> Response:
    return replace(right, nonce="00" * 16).sign(json_reply(200, right.document))


def _cut(right: Answer) -> Response:
    answer = right.sign(json_reply(200, right.document))

    async def half() -> AsyncIterator[bytes]:
        yield bytes(answer.body)[: len(answer.body) // 2]
        raise ConnectionResetError

    return StreamingResponse(half(), 200, dict(answer.headers))


def _endless(right: Answer) -> Response:
    async def forever() -> AsyncIterator[bytes]:
        yield b'{"values":{"a":"'
        for _ in range(STREAM_BYTES // 64_000):
            yield b"a" * 64_000

    return StreamingResponse(forever(), 200, media_type="application/json")


def _drip(right: Answer) -> Response:
    async def drops() -> AsyncIterator[bytes]:
        for _ in range(600):
            yield b" "
            await anyio.sleep(1)

    return StreamingResponse(drops(), 200, media_type="application/json")


def _bomb(right: Answer) -> Response:
    answer = right.sign(Reply(200, "application/json", _packed()))
    answer.headers["Content-Encoding"] = "gzip"
    return answer


@cache
def _packed() -> bytes:
    """Some 60 kB that inflate to 60 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(60)) + packer.flush()


def _deep(right: Answer) -> Response:
    return right.sign(Reply(200, "application/json", b'{"values":' + b"[" * 50_000 + b"]" * 50_000 + b"}"))


def _redirect(right: Answer) -> Response:
    return RedirectResponse("http://169.254.169.254/latest/meta-data/", 302)


def _down(right: Answer) -> Response:
    return right.sign(json_reply(503, {"code": "down", "detail": "系统维护"}))


BROKEN: dict[str, Callable[[Answer], Response]] = {
    "down": _down, "html": _html, "nan": _nan, "bad_signature": _bad_signature, "unsigned": _unsigned, "replay": _replay,
    "cut": _cut, "endless": _endless, "drip": _drip, "bomb": _bomb, "deep": _deep, "redirect": _redirect,
}  # fmt: skip
"""Answers that are no answers."""
