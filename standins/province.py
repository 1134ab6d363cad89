"""The province's data sharing (省级数据共享交换平台), played: answers a signed question about one subject from its registers.

`POST /resources/{id}` asks; `/control` makes it slow, wrong or down. `/library` and `/guides` are its item library and its site
(`library.py`). Format: docs/partners.md.
"""

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from standins import library, pages, registers, server, trouble
from standins.signing import Asked, Keyring, Unsigned, verify
from standins.store import Store

DEFAULTS = {"mode": "normal", "seconds": "5", "resource": ""}
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Province:
    """The registers, the keys, and what the control page was set to."""

    def __init__(self, state: Path, books: Mapping[str, registers.Register], keys: Keyring) -> None:
        self.store = Store(state, library.SCHEMA)
        self.books = books
        self.keys = keys

    async def ask(self, request: Request) -> Response:
        """What the register says of the subject, signed; `values` is null if it says nothing."""
        try:
            asked = await server.asked(request)
            key_id, nonce = verify(asked, self.keys, self.store.spend)
        except Unsigned as fault:
            return server.problem(401, fault.code, "签名不对，不能答复。")
        except server.TooLarge:
            return server.problem(413, "too-large", "请求太大。")
        reply = self._answer(str(request.path_params["resource"]), asked)
        if isinstance(reply, Response):
            return reply
        if isinstance(reply, str):
            return server.signed(
                server.json_reply(404 if reply == "no-resource" else 422, {"code": reply}), self.keys, key_id, nonce
            )
        control = self.store.control(DEFAULTS)
        concerned = control["resource"] in ("", reply["resource"])
        mode = control["mode"] if concerned else "normal"
        return await trouble.respond(mode, float(control["seconds"]), trouble.Answer(reply, self.keys, key_id, nonce))

    def _answer(self, resource: str, asked: Asked) -> dict[str, Any] | str:
        """The right answer, or the code of what is wrong with the question."""
        book = self.books.get(resource)
        if book is None:
            return "no-resource"
        try:
            question = json.loads(asked.body)
            subject, params, data = question["subject"]["number"], question["params"], question["data"]
            complete = all(isinstance(question[name], str) and question[name] for name in ("case", "item", "purpose", "basis"))
        except (ValueError, KeyError, TypeError):
            return "bad-question"
        if not complete or not isinstance(subject, str) or not isinstance(params, dict) or not isinstance(data, list):
            return "bad-question"
        values = book.find(subject, params)
        told = None if values is None else {name: value for name, value in values.items() if name in data}
        now = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        return {"resource": resource, "subject": subject, "values": told, "source": book.source, "time": now}

    async def control(self, request: Request) -> Response:
        """The control page, and what was chosen on it."""
        if request.method == "POST":
            return await self._set(request)
        chosen = self.store.control(DEFAULTS)
        if "application/json" in request.headers.get("accept", ""):
            return Response(json.dumps(chosen), media_type="application/json")
        names = {"": "全部数据", **{name: f"{name}（{book.source}）" for name, book in sorted(self.books.items())}}
        which = pages.select("resource", "只影响这一项", names, chosen["resource"])
        form = pages.control([pages.Choice("mode", "怎样答复", trouble.MODES)], chosen, which)
        return server.html(pages.page("省级数据共享：演示控制台", form))

    async def _set(self, request: Request) -> Response:
        if server.is_foreign(request):
            return server.problem(403, "foreign", "请在控制台页面上操作。")
        fields = {**self.store.control(DEFAULTS), **await server.form(request)}
        known = fields["mode"] in trouble.MODES and fields["resource"] in {"", *self.books}
        if not known or not fields["seconds"].isdecimal() or int(fields["seconds"]) > 600:
            return server.problem(422, "unknown-choice", "没有这个选项。")
        self.store.set_control({name: fields[name] for name in DEFAULTS})
        return RedirectResponse("/control", 303)

    async def home(self, _request: Request) -> Response:
        """What this is, and which registers it has."""
        rows = [[name, book.source, str(len(book.entries))] for name, book in sorted(self.books.items())]
        text = '<p class="row"><a class="button" href="/control">打开控制台</a></p>' + pages.table(
            ["数据", "提供单位", "条数"], rows
        )
        return server.html(pages.page("省级数据共享（演示）", text))


def build(state: Path) -> Starlette:
    """The application, with its memory in the file `state`."""
    data = Path(os.environ.get("ONEVISIT_DATA", server.ROOT / "data"))
    books = registers.load(Path(__file__).parent / "data", data / "demo_people.csv")
    province = Province(state, books, server.keyring())
    routes = [
        Route("/", province.home),
        Route("/livez", server.livez),
        Route("/style.css", server.style),
        Route("/control", province.control, methods=["GET", "POST"]),
        Route("/resources/{resource}", province.ask, methods=["POST"]),
        *library.routes(province.store, province.keys, data / "base_items.csv"),
    ]
    return Starlette(routes=routes)


if __name__ == "__main__":
    sys.exit(server.main("province", 8101, build))
