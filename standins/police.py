"""The police's own system (公安业务系统), played: takes a case that the house pushes, decides it, reports number and file.

`POST /cases`, `GET /cases/{number}` for the house, a signed callback with the end; `/control` to make it err (docs/partners.md).
"""

import asyncio
import base64
import json
import sqlite3
import sys
import time
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from weasyprint import HTML

from standins import clock, outbox, pages, server
from standins.desk import ANSWER, Desk, Refused, body_of
from standins.pages import Choice
from standins.signing import Asked

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (serial INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, number TEXT UNIQUE NOT NULL,
  body TEXT NOT NULL, state TEXT NOT NULL, happened TEXT NOT NULL, decision TEXT NOT NULL, due REAL NOT NULL);
"""
FIELDS = frozenset({"case", "number", "item", "applicant", "data", "received", "notify_url"})
STATES = {"received": "已收到", "granted": "准予", "refused": "不予"}
EARLIER = timedelta(hours=2)
YEARS = 10
CHOICES = (
    Choice("decide", "怎样办", {"grant": "到时间自己准予", "refuse": "到时间自己不予", "hand": "等人在下面点"}),
    Choice("clock", "办好的时间写成", {"now": "当时", "earlier": "两小时前（迟报）", "later": "明天（时钟不准）"}),
    Choice(
        "answer",
        "办事平台来推送、查询时",
        {**ANSWER, "wrong_case": "答成另一个办件", "no_file": "准予却没有证照", "bad_file": "证照文件不是PDF"},
    ),
    outbox.choice(forge_case="办件写错"),
)
OTHER = "00000000-0000-4000-8000-000000000000"
REASON = "演示：业务系统里有没处理完的记录，请处理完后再申请"
PAPER = """<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>{title}</title>
<style>@page {{ size: A5 landscape; margin: 15mm }} body {{ font: 12pt serif }} h1 {{ font-size: 18pt }}
.sample {{ color: #888; font-size: 30pt; text-align: center }}</style>
<h1>{title}</h1><p>编号：{number}</p><p>有效期：{start}至{end}</p>
<p class="sample">演示样本，没有法律效力</p></html>"""


class Police:
    """The cases that were pushed, and how each is decided."""

    def __init__(self, state: Path) -> None:
        self.desk = Desk("police", state, SCHEMA, CHOICES)
        self.store = self.desk.store

    async def take(self, request: Request) -> Response:
        """The house pushes a case."""
        return await self.desk.answered(request, lambda _, asked: self._lied(self._taken(asked)))

    async def tell(self, request: Request) -> Response:
        """The house asks how a case stands, by the number that it was given here."""
        return await self.desk.answered(
            request, lambda asked, _: self._lied(self._document(self._row(asked.path_params["number"])))
        )

    def _lied(self, right: dict[str, Any]) -> dict[str, Any]:
        mode, decision = self.desk.chosen("answer"), right["decision"]
        if mode == "wrong_case":
            return {**right, "case": OTHER}
        if mode not in ("no_file", "bad_file") or not decision or not decision["licence"]:
            return right
        licence = None if mode == "no_file" else {**decision["licence"], "file": base64.b64encode(b"MZ no pdf").decode()}
        return {**right, "decision": {**decision, "licence": licence}}

    def _taken(self, asked: Asked) -> dict[str, Any]:
        """The case is there, once, under a number of ours: the same body again changes nothing, another body is refused."""
        body = body_of(asked, FIELDS)
        texts = [body[name] for name in FIELDS - {"applicant", "data"}]
        who = body["applicant"]
        whole = isinstance(who, dict) and set(who) == {"kind", "number", "name"} and isinstance(body["data"], dict)
        if not whole or not all(isinstance(text, str) and text for text in [*texts, *who.values()]):
            raise Refused("bad-case")
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        known = self.store.row("SELECT body FROM cases WHERE id = ?", body["case"])
        if known is None:
            self._keep(body["case"], text)
        elif known["body"] != text:
            raise Refused("other-case", 409)
        found = self.store.row("SELECT * FROM cases WHERE id = ?", body["case"])
        assert found is not None
        return self._document(found)

    def _keep(self, case: str, text: str) -> None:
        with self.store.together():
            last = self.store.row("SELECT coalesce(max(serial), 0) AS serial FROM cases")
            number = f"DM{clock.now():%Y%m%d}-{(last['serial'] if last else 0) + 1:05d}"
            self.store.write(
                "INSERT INTO cases (id, number, body, state, happened, decision, due) VALUES (?, ?, ?, 'received', ?, '', ?)",
                case, number, text, clock.written(), time.time() + self.desk.seconds,
            )  # fmt: skip

    def _row(self, number: str) -> sqlite3.Row:
        row = self.store.row("SELECT * FROM cases WHERE number = ?", number)
        if row is None:
            raise Refused("no-case", 404)
        return row

    def _document(self, row: sqlite3.Row) -> dict[str, Any]:
        """What the house is told when it asks, and by the callback."""
        decision = json.loads(row["decision"]) if row["decision"] else None
        return {
            "case": row["id"], "number": row["number"], "state": row["state"], "happened": row["happened"], "decision": decision,
        }  # fmt: skip

    async def work(self) -> None:
        """Each case whose time has come is decided, as the control page says."""
        outcome = self.desk.chosen("decide")
        if outcome == "hand":
            return
        for row in self.store.rows("SELECT * FROM cases WHERE state = 'received' AND due <= ?", time.time()):
            await self._decide(row, outcome)

    async def _decide(self, row: sqlite3.Row, outcome: str) -> None:
        """The case is decided once, with a file if it was granted; the house is told."""
        offset = {"earlier": -EARLIER, "later": timedelta(days=1)}.get(self.desk.chosen("clock"), timedelta(0))
        happened = (clock.now() + offset).isoformat(timespec="seconds")
        granted = outcome == "grant"
        decision = {
            "outcome": outcome,
            "reasons": [] if granted else [{"text": REASON, "basis": "演示依据"}],
            "licence": await asyncio.to_thread(_licence, row["serial"], row["number"]) if granted else None,
        }
        with self.store.together():
            state = "granted" if granted else "refused"
            changed = self.store.write(
                "UPDATE cases SET state = ?, happened = ?, decision = ? WHERE number = ? AND state = 'received'",
                state, happened, json.dumps(decision, ensure_ascii=False), row["number"],
            )  # fmt: skip
            if changed:
                self._say(self._row(row["number"]))

    def _say(self, row: sqlite3.Row) -> None:
        said = self._document(row)
        forged = {"case": OTHER} if self.desk.chosen("callback") == "forge_case" else {}
        self.desk.tell(row["number"], json.loads(row["body"])["notify_url"], {**said, **forged})

    async def control(self, request: Request) -> Response:
        """The control page; its buttons decide a case by hand, or tell the house once more."""
        return await self.desk.control(request, "公安业务系统", self._press, self._recent())

    async def _press(self, fields: dict[str, str]) -> bool:
        if "again" in fields:
            self._say(self._row(fields["again"]))
            return True
        if fields.get("outcome") not in ("grant", "refuse"):
            return False
        row = self._row(fields.get("number", ""))
        if row["state"] != "received":
            raise Refused("decided")
        await self._decide(row, fields["outcome"])
        return True

    def _recent(self) -> str:
        rows = []
        for row in self.store.rows("SELECT * FROM cases ORDER BY serial DESC LIMIT 20"):
            ours, item = escape(json.loads(row["body"])["number"][-12:]), escape(json.loads(row["body"])["item"])
            told = self.desk.outbox.told(row["number"])
            rows.append([escape(row["number"]), ours, item, STATES[row["state"]], told, _acts(row["number"], row["state"])])
        head = ["本系统编号", "办件编号", "事项", "状态", "通知", "操作"]
        return "<h2>最近的办件</h2>" + (pages.table(head, rows) if rows else "<p>还没有。</p>")

    async def home(self, _request: Request) -> Response:
        """What this is."""
        link = '<p class="row"><a class="button" href="/control">打开控制台</a></p>'
        return server.html(pages.page("公安业务系统（演示）", link))


def _licence(serial: int, number: str) -> dict[str, Any]:
    """A sample that says so: a number of ours, its term, its file."""
    today = clock.now().date()
    start, end = today.isoformat(), (today.replace(day=min(today.day, 28), year=today.year + YEARS)).isoformat()
    title, own = "演示证照（公安）", f"DMGA-{serial:08d}"
    text = PAPER.format(title=title, number=own, start=start, end=end)
    file = HTML(string=text).write_pdf()
    return {
        "number": own, "title": title, "case": number, "valid_from": start, "valid_to": end,
        "kind": "application/pdf", "file": base64.b64encode(file).decode("ascii"),
    }  # fmt: skip


def _acts(number: str, state: str) -> str:
    if state == "received":
        buttons = pages.button("outcome", "grant", "准予") + pages.button("outcome", "refuse", "不予")
    else:
        buttons = pages.button("again", number, "再通知一次")
    hidden = f'<input type="hidden" name="number" value="{escape(number)}">'
    return f'<form method="post" action="/control">{hidden}{buttons}</form>'


def build(state: Path) -> Starlette:
    """The application, with its memory in the file `state`."""
    police = Police(state)
    routes = [
        Route("/", police.home),
        Route("/livez", server.livez),
        Route("/style.css", server.style),
        Route("/control", police.control, methods=["GET", "POST"]),
        Route("/cases", police.take, methods=["POST"]),
        Route("/cases/{number}", police.tell, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=police.desk.lifespan(police.work))


if __name__ == "__main__":
    sys.exit(server.main("police", 8104, build))
