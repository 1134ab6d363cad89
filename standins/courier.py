"""A courier (快递单位), played: takes parcels, brings them by itself or by hand, fails, loses, and tells the house.

`POST /parcels`, `GET /parcels/{id}` for the house, signed callbacks of each step; `/control` to make it err (docs/partners.md).
"""

import json
import secrets
import sqlite3
import sys
import time
from html import escape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from standins import clock, outbox, pages, server
from standins.desk import ANSWER, Desk, Refused, body_of
from standins.pages import Choice
from standins.signing import Asked

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcel (id TEXT PRIMARY KEY, body TEXT NOT NULL, number TEXT UNIQUE NOT NULL, plan TEXT NOT NULL,
  due REAL NOT NULL, made REAL NOT NULL, collected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY, parcel TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL);
"""
FIELDS = frozenset({"parcel", "sender", "what", "collect", "to", "notify_url"})
STATES = {
    "accepted": "已收寄",
    "moving": "运送中",
    "missed": "没有投到",
    "delivered": "已签收",
    "returned": "已退回",
    "lost": "已丢失",
}
ENDS = ("delivered", "returned", "lost")
PLANS = {
    "delivered": ("moving", "delivered"),
    "second": ("moving", "missed", "moving", "delivered"),
    "failed": ("moving", "missed", "missed", "returned"),
    "lost": ("moving", "lost"),
    "hand": (),
}
ROAD = {
    "delivered": "顺利送到",
    "second": "第一次没投到，第二次送到",
    "failed": "两次没投到，退回",
    "lost": "丢失",
    "hand": "等人在下面点",
}
ANSWERS = {
    **ANSWER,
    "refuse": "不收寄（新包裹）",
    "wrong_number": "运单号答错",
    "wrong_parcel": "答成另一个包裹",
    "early": "没送到也答已签收（时间写成将来）",
}
LIES: dict[str, dict[str, Any]] = {
    "wrong_number": {"number": "YS-000000000000"},
    "wrong_parcel": {"parcel": "00000000-0000-4000-8000-000000000000"},
    "early": {"state": "delivered", "happened": "2999-01-01T00:00:00+08:00"},
}
CHOICES = (
    Choice("road", "新包裹怎样走", ROAD),
    Choice("collect", "送到时该收回的旧证", {"yes": "收回", "no": "没有收到"}),
    Choice("answer", "办事平台来交寄、查询时", ANSWERS),
    outbox.choice(forge_number="运单号写错", forge_parcel="包裹写错"),
)
FORGED = {"forge_number": {"number": "YS-000000000000"}, "forge_parcel": {"parcel": "00000000-0000-4000-8000-000000000000"}}


class Courier:
    """The parcels and their ways."""

    def __init__(self, state: Path) -> None:
        self.desk = Desk("courier", state, SCHEMA, CHOICES)
        self.store = self.desk.store

    async def take(self, request: Request) -> Response:
        """The house hands a parcel over."""
        return await self.desk.answered(request, lambda _, asked: self._lied(self._taken(asked)))

    async def track(self, request: Request) -> Response:
        """The house asks where a parcel is."""
        return await self.desk.answered(request, lambda asked, _: self._lied(self._document(asked.path_params["parcel"])))

    def _lied(self, right: dict[str, Any]) -> dict[str, Any]:
        return {**right, **LIES.get(self.desk.chosen("answer"), {})}

    def _taken(self, asked: Asked) -> dict[str, Any]:
        """The parcel is there, once: the same body again changes nothing, another body is refused."""
        body = body_of(asked, FIELDS)
        to, back = body["to"], body["collect"]
        texts = [value for name, value in body.items() if name not in ("to", "collect")]
        whole = isinstance(to, dict) and set(to) == {"name", "phone", "address"} and isinstance(back, list)
        if not whole or not all(isinstance(text, str) and text for text in [*texts, *to.values(), *back]):
            raise Refused("bad-parcel")
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        known = self.store.row("SELECT body FROM parcel WHERE id = ?", body["parcel"])
        if known is None:
            self._accept(body["parcel"], text)
        elif known["body"] != text:
            raise Refused("other-parcel", 409)
        return self._document(body["parcel"])

    def _accept(self, parcel: str, text: str) -> None:
        if self.desk.chosen("answer") == "refuse":
            raise Refused("no-service")
        plan = " ".join(PLANS[self.desk.chosen("road")])
        number, now = f"YS-{secrets.token_hex(6).upper()}", time.time()
        with self.store.together():
            self.store.write(
                "INSERT INTO parcel (id, body, number, plan, due, made) VALUES (?, ?, ?, ?, ?, ?)",
                parcel, text, number, plan, now + self.desk.seconds, now,
            )  # fmt: skip
            self.store.write("INSERT INTO progress (parcel, state, at) VALUES (?, 'accepted', ?)", parcel, clock.written())

    def _row(self, parcel: str) -> sqlite3.Row:
        row = self.store.row("SELECT * FROM parcel WHERE id = ?", parcel)
        if row is None:
            raise Refused("no-parcel", 404)
        return row

    def _document(self, parcel: str) -> dict[str, Any]:
        """What the house is told when it asks."""
        row = self._row(parcel)
        steps = [dict(step) for step in self.store.rows("SELECT state, at FROM progress WHERE parcel = ? ORDER BY id", parcel)]
        return {
            "parcel": parcel,
            "number": row["number"],
            "state": steps[-1]["state"],
            "attempts": sum(step["state"] == "missed" for step in steps),
            "happened": steps[-1]["at"],
            "progress": steps,
            "collected": bool(row["collected"]),
        }

    async def work(self) -> None:
        """Each parcel whose time has come takes the next step of its way."""
        for row in self.store.rows("SELECT * FROM parcel WHERE plan <> '' AND due <= ?", time.time()):
            step, _, rest = row["plan"].partition(" ")
            self._step(row["id"], step, rest)

    def _step(self, parcel: str, state: str, plan: str = "") -> None:
        """The parcel is so far now; the house is told."""
        row = self._row(parcel)
        with self.store.together():
            due = time.time() + self.desk.seconds
            self.store.write("UPDATE parcel SET plan = ?, due = ? WHERE id = ?", plan, due, parcel)
            self.store.write("INSERT INTO progress (parcel, state, at) VALUES (?, ?, ?)", parcel, state, clock.written())
            if state == "delivered" and json.loads(row["body"])["collect"] and self.desk.chosen("collect") == "yes":
                self.store.write("UPDATE parcel SET collected = 1 WHERE id = ?", parcel)
            said = {"parcel": parcel, "number": row["number"], "event": state, "happened": clock.written()}
            forged = FORGED.get(self.desk.chosen("callback"), {})
            self.desk.tell(parcel, json.loads(row["body"])["notify_url"], {**said, **forged})

    async def control(self, request: Request) -> Response:
        """The control page; its buttons move a parcel by hand."""
        return await self.desk.control(request, "快递", self._press, self._recent())

    async def _press(self, fields: dict[str, str]) -> bool:
        if "parcel" not in fields:
            return False
        state = fields.get("state", "")
        if state not in STATES:
            raise Refused("no-such-state")
        self._step(fields["parcel"], state)
        return True

    def _recent(self) -> str:
        rows = []
        for row in self.store.rows("SELECT * FROM parcel ORDER BY made DESC LIMIT 20"):
            said = self._document(row["id"])
            body = json.loads(row["body"])
            back = f"（{'已收回' if said['collected'] else '要收回'}：{'、'.join(body['collect'])}）" if body["collect"] else ""
            cells = [said["number"], body["what"] + back, STATES[said["state"]]]
            rows.append([*map(escape, cells), self.desk.outbox.told(row["id"]), _acts(row["id"])])
        head = ["运单号", "内件", "状态", "通知", "操作"]
        return "<h2>最近的包裹</h2>" + (pages.table(head, rows) if rows else "<p>还没有。</p>")

    async def home(self, _request: Request) -> Response:
        """What this is."""
        return server.html(pages.page("快递（演示）", '<p class="row"><a class="button" href="/control">打开控制台</a></p>'))


def _acts(parcel: str) -> str:
    buttons = "".join(pages.button("state", state, name) for state, name in STATES.items() if state != "accepted")
    hidden = f'<input type="hidden" name="parcel" value="{escape(parcel)}">'
    return f'<form method="post" action="/control">{hidden}{buttons}</form>'


def build(state: Path) -> Starlette:
    """The application, with its memory in the file `state`."""
    courier = Courier(state)
    routes = [
        Route("/", courier.home),
        Route("/livez", server.livez),
        Route("/style.css", server.style),
        Route("/control", courier.control, methods=["GET", "POST"]),
        Route("/parcels", courier.take, methods=["POST"]),
        Route("/parcels/{parcel}", courier.track, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=courier.desk.lifespan(courier.work))


if __name__ == "__main__":
    sys.exit(server.main("courier", 8103, build))
