"""What every partner with work of its own has: a signed door, a control page, a memory, callbacks that go out by themselves."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from standins import outbox, pages, server
from standins.outbox import Outbox
from standins.pages import Choice
from standins.signing import Asked, Unsigned, verify
from standins.store import Store

Document = dict[str, Any]
Press = Callable[[dict[str, str]], Awaitable[bool]]
"""Does what a button of the control page says; False if the fields are no button's."""
ANSWER = {"normal": "正常", "slow": "慢", "down": "停机（503）"}
LONGEST = 600


class Refused(Exception):
    """The desk does not do that; `code` says why."""

    def __init__(self, code: str, status: int = 422) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class Desk:
    """The door and the memory of one partner; `choices` are what its control page offers, the first of each as default."""

    def __init__(self, name: str, state: Path, schema: str, choices: Sequence[Choice]) -> None:
        self.keys = server.keyring()
        self.store = Store(state, outbox.SCHEMA + schema)
        self.outbox = Outbox(self.store, self.keys, f"demo-{name}")
        self.choices = choices
        self.defaults = {choice.name: next(iter(choice.options)) for choice in choices} | {"seconds": "5"}

    def chosen(self, name: str) -> str:
        """What the control page says about one thing."""
        return self.store.control(self.defaults)[name]

    @property
    def seconds(self) -> float:
        """How long what is slow, or comes by itself, takes."""
        return float(self.chosen("seconds"))

    def tell(self, about: str, url: str, said: Document) -> None:
        """The house is told, in the way that was chosen."""
        self.outbox.tell(about, url, said, self.chosen("callback"), self.seconds)

    async def answered(self, request: Request, act: Callable[[Request, Asked], Document]) -> Response:
        """The signed answer of `act` to a rightly signed request, in the mode that was chosen."""
        try:
            asked = await server.asked(request)
            key_id, nonce = verify(asked, self.keys, self.store.spend)
        except Unsigned as fault:
            return server.problem(401, fault.code, "签名不对。")
        except server.TooLarge:
            return server.problem(413, "too-large", "请求太大。")
        status, document = await self._handled(request, asked, act)
        return server.signed(server.json_reply(status, document), self.keys, key_id, nonce)

    async def _handled(self, request: Request, asked: Asked, act: Callable[[Request, Asked], Document]) -> tuple[int, Document]:
        mode = self.chosen("answer")
        if mode == "down":
            return 503, {"code": "down"}
        if mode == "slow":
            await asyncio.sleep(self.seconds)
        try:
            return 200, act(request, asked)
        except Refused as fault:
            return fault.status, {"code": fault.code}

    async def control(self, request: Request, title: str, press: Press, rows: str) -> Response:
        """The control page, and what was chosen or, by `press`, done on it."""
        if request.method != "POST":
            chosen = self.store.control(self.defaults)
            if "application/json" in request.headers.get("accept", ""):
                return Response(json.dumps(chosen), media_type="application/json")
            return server.html(pages.page(f"{title}：演示控制台", pages.control(self.choices, chosen) + rows))
        if server.is_foreign(request):
            return server.problem(403, "foreign", "请在控制台页面上操作。")
        fields = await server.form(request)
        try:
            done = await press(fields) or self._choose(fields)
        except Refused as fault:
            return server.problem(409, fault.code, "不能这样做。")
        return RedirectResponse("/control", 303) if done else server.problem(422, "unknown-choice", "没有这个选项。")

    def _choose(self, fields: dict[str, str]) -> bool:
        chosen = {**self.store.control(self.defaults), **{name: fields[name] for name in self.defaults if name in fields}}
        known = all(chosen[choice.name] in choice.options for choice in self.choices)
        if (
            not set(fields) & set(self.defaults)
            or not known
            or not chosen["seconds"].isdecimal()
            or int(chosen["seconds"]) > LONGEST
        ):
            return False
        self.store.set_control(chosen)
        return True

    def lifespan(self, work: Callable[[], Awaitable[None]]) -> Callable[[Starlette], Any]:
        """While the partner runs, `work` comes by every tenth of a second and callbacks go out."""

        async def working() -> None:
            while True:
                await work()
                await asyncio.sleep(0.1)

        @asynccontextmanager
        async def living(_app: Starlette) -> AsyncIterator[None]:
            tasks = [asyncio.create_task(self.outbox.run()), asyncio.create_task(working())]
            yield
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self.store.close()

        return living


def body_of(asked: Asked, fields: frozenset[str]) -> Document:
    """The request's document, which has these fields and no others. Raises `Refused`."""
    try:
        document = json.loads(asked.body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or set(document) != fields:
        raise Refused("bad-request")
    return document
