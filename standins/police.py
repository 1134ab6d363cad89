"""The police's own system (公安业务系统), played: does the steps of a case that the house pushes, by its own numbers and papers.

`POST /cases`, `GET /cases/{number}/{step}/{attempt}` for the house, a signed callback with the end; `/control` to make it err
(docs/partners.md). How it decides on the demo's people stands in `departments/police.yaml`.
"""

import asyncio
import base64
import csv
import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
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
CREATE TABLE IF NOT EXISTS file (serial INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, number TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, number TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
  body TEXT NOT NULL, state TEXT NOT NULL, happened TEXT NOT NULL, said TEXT NOT NULL, due REAL NOT NULL,
  UNIQUE (number, step, attempt));
"""
FIELDS = frozenset({
    "case", "step", "attempt", "does", "number", "item", "applicant", "answers", "data", "materials", "paid", "received",
    "notify_url",
})  # fmt: skip
TEXTS = ("case", "step", "does", "number", "item", "paid", "received", "notify_url")
STATES = {"received": "已收到", "granted": "准予", "refused": "不予", "issued": "已制证", "done": "办好了"}
STEPS = {"decide": "审查决定", "issue": "制证"}
EARLIER = timedelta(hours=2)
YEARS = 10
CHOICES = (
    Choice("decide", "怎样办", {"book": "按演示数据（没写的准予）", "grant": "准予", "refuse": "不予", "hand": "等人在下面点"}),
    Choice("pace", "多久办好", {"book": "按演示数据（没写的按下面的秒数）", "seconds": "按下面的秒数"}),
    Choice("clock", "办好的时间写成", {"now": "当时", "earlier": "两小时前（迟报）", "later": "明天（时钟不准）"}),
    Choice("paper", "证照的文件", {"given": "给", "none": "不给"}),
    Choice(
        "answer",
        "办事平台来推送、查询时",
        {
            **ANSWER, "wrong_case": "答成另一个办件", "wrong_number": "编号答错", "no_licence": "制了证却不给证照",
            "bad_file": "证照文件不是PDF", "lost": "说没有这个办件（404）",
        },
    ),
    outbox.choice(forge_case="办件写错", forge_number="编号写错"),
)  # fmt: skip
OTHER = "00000000-0000-4000-8000-000000000000"
REASON = "演示：业务系统里有没处理完的记录，请处理完后再申请"
PAPER = """<!DOCTYPE html><html lang="zh-Hans"><meta charset="utf-8"><title>{title}</title>
<style>@page {{ size: A5 landscape; margin: 15mm }} body {{ font: 12pt serif }} h1 {{ font-size: 18pt }}
.sample {{ color: #888; font-size: 30pt; text-align: center }}</style>
<h1>{title}</h1><p>编号：{number}</p><p>业务编号：{case}</p><p>有效期：{start}至{end}</p>
<p class="sample">演示样本，没有法律效力</p></html>"""


class Police:
    """The steps that were pushed, and how each ends; `book`: what happens to whom, by item and number."""

    def __init__(self, state: Path, book: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self.desk = Desk("police", state, SCHEMA, CHOICES)
        self.store = self.desk.store
        self.book = book

    async def take(self, request: Request) -> Response:
        """The house pushes a step of a case."""
        return await self.desk.answered(request, lambda _, asked: self._lied(self._taken(asked)))

    async def tell(self, request: Request) -> Response:
        """The house asks how a step stands, by the number that the case was given here."""
        return await self.desk.answered(request, lambda asked, _: self._told(asked))

    def _told(self, asked: Request) -> dict[str, Any]:
        if self.desk.chosen("answer") == "lost":
            raise Refused("no-case", 404)
        named = asked.path_params
        return self._lied(self._document(self._row(named["number"], named["step"], int(named["attempt"]))))

    def _lied(self, right: dict[str, Any]) -> dict[str, Any]:
        mode = self.desk.chosen("answer")
        lies = {"wrong_case": {"case": OTHER}, "wrong_number": {"number": "DM-0"}}
        if right["licence"] and mode in ("no_licence", "bad_file"):
            bad = {**right["licence"], "kind": "application/pdf", "file": base64.b64encode(b"MZ no pdf").decode()}
            return {**right, "licence": bad if mode == "bad_file" else None}
        return {**right, **lies.get(mode, {})}

    def _taken(self, asked: Asked) -> dict[str, Any]:
        """The step is there, once, its case under a number of ours: the same body again changes nothing, another is refused."""
        body = body_of(asked, FIELDS)
        who, attempt = body["applicant"], body["attempt"]
        whole = isinstance(who, dict) and set(who) == {"kind", "number", "name"} and type(attempt) is int and attempt > 0
        kinds = isinstance(body["data"], dict) and isinstance(body["answers"], dict) and isinstance(body["materials"], list)
        texts = [*(body[name] for name in TEXTS), *(who.values() if whole else ())]
        if not whole or not kinds or not all(isinstance(text, str) and text for text in texts):
            raise Refused("bad-case")
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        number = self._number(body["case"])
        known = self._known(number, body["step"], attempt)
        if known is None:
            self._keep(number, body, text)
        elif known["body"] != text:
            raise Refused("other-case", 409)
        return self._document(self._row(number, body["step"], attempt))

    def _number(self, case: str) -> str:
        """The number that the case has here, given when it first comes."""
        found = self.store.row("SELECT number FROM file WHERE id = ?", case)
        if found is None:
            with self.store.together():
                last = self.store.row("SELECT coalesce(max(serial), 0) AS serial FROM file")
                number = f"DM{clock.now():%Y%m%d}-{(last['serial'] if last else 0) + 1:05d}"
                self.store.write("INSERT INTO file (id, number) VALUES (?, ?)", case, number)
            found = self.store.row("SELECT number FROM file WHERE id = ?", case)
        assert found is not None
        return str(found["number"])

    def _keep(self, number: str, body: Mapping[str, Any], text: str) -> None:
        own = self._fate(body) if self.desk.chosen("pace") == "book" and body["does"] == "decide" else {}
        due = time.time() + float(own.get("takes_seconds", self.desk.seconds))
        self.store.write(
            "INSERT INTO job (number, step, attempt, body, state, happened, said, due) VALUES (?, ?, ?, ?, 'received', ?, '', ?)",
            number, body["step"], body["attempt"], text, clock.written(), due,
        )  # fmt: skip

    def _fate(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the book says of this applicant's case."""
        return self.book.get((body["item"], body["applicant"]["number"]), {})

    def _known(self, number: str, step: str, attempt: int) -> sqlite3.Row | None:
        return self.store.row("SELECT * FROM job WHERE number = ? AND step = ? AND attempt = ?", number, step, attempt)

    def _row(self, number: str, step: str, attempt: int) -> sqlite3.Row:
        row = self._known(number, step, attempt)
        if row is None:
            raise Refused("no-case", 404)
        return row

    def _document(self, row: sqlite3.Row) -> dict[str, Any]:
        """What the house is told when it asks, and by the callback."""
        said = json.loads(row["said"]) if row["said"] else {"decision": None, "licence": None}
        body = json.loads(row["body"])
        return {
            "case": body["case"], "step": row["step"], "attempt": row["attempt"], "number": row["number"],
            "state": row["state"], "happened": row["happened"], **said,
        }  # fmt: skip

    async def work(self) -> None:
        """Each step whose time has come is done, as the control page says."""
        chosen = self.desk.chosen("decide")
        if chosen == "hand":
            return
        for row in self.store.rows("SELECT * FROM job WHERE state = 'received' AND due <= ?", time.time()):
            fate = self._fate(json.loads(row["body"]))
            await self._do(row, fate.get("outcome", "grant") if chosen == "book" else chosen)

    async def _do(self, row: sqlite3.Row, outcome: str) -> None:
        """The step is done once; the house is told."""
        offset = {"earlier": -EARLIER, "later": timedelta(days=1)}.get(self.desk.chosen("clock"), timedelta(0))
        happened = (clock.now() + offset).isoformat(timespec="seconds")
        given = self.desk.chosen("paper") == "given"
        state, said = await asyncio.to_thread(self._end, row, outcome, given)
        with self.store.together():
            changed = self.store.write(
                "UPDATE job SET state = ?, happened = ?, said = ? WHERE id = ? AND state = 'received'",
                state, happened, json.dumps(said, ensure_ascii=False), row["id"],
            )  # fmt: skip
            if changed:
                self._say(self._row(row["number"], row["step"], row["attempt"]))

    def _end(self, row: sqlite3.Row, outcome: str, with_file: bool) -> tuple[str, dict[str, Any]]:
        """How the step ends, and what is said of it; away from the store, which belongs to another thread."""
        body = json.loads(row["body"])
        fate = self._fate(body)
        if body["does"] == "issue":
            return "issued", {"decision": None, "licence": _licence(row["number"], _term(row, fate), with_file)}
        if body["does"] != "decide":
            return "done", {"decision": {"outcome": "", "reasons": [], "result": {}}, "licence": None}
        granted = outcome == "grant"
        own = [dict(reason) for reason in fate.get("reasons", ())] or [{"text": REASON, "basis": "演示依据"}]
        decision = {
            "outcome": outcome, "reasons": [] if granted else own, "result": _term(row, fate) if granted else {},
        }  # fmt: skip
        return "granted" if granted else "refused", {"decision": decision, "licence": None}

    def _say(self, row: sqlite3.Row) -> None:
        lies = {"forge_case": {"case": OTHER}, "forge_number": {"number": "DM-0"}}
        said = {**self._document(row), **lies.get(self.desk.chosen("callback"), {})}
        self.desk.tell(str(row["id"]), json.loads(row["body"])["notify_url"], said)

    async def control(self, request: Request) -> Response:
        """The control page; its buttons end a step by hand, or tell the house once more."""
        return await self.desk.control(request, "公安业务系统", self._press, self._recent())

    async def _press(self, fields: dict[str, str]) -> bool:
        chosen = fields.get("again") or fields.get("job")
        if not chosen:
            return False
        row = self.store.row("SELECT * FROM job WHERE id = ?", chosen)
        if row is None:
            raise Refused("no-case", 404)
        if "again" in fields:
            self._say(row)
            return True
        if fields.get("outcome") not in ("grant", "refuse"):
            return False
        if row["state"] != "received":
            raise Refused("decided")
        await self._do(row, fields["outcome"])
        return True

    def _recent(self) -> str:
        rows = []
        for row in self.store.rows("SELECT * FROM job ORDER BY id DESC LIMIT 20"):
            body = json.loads(row["body"])
            ours, told = escape(body["number"][-12:]), self.desk.outbox.told(str(row["id"]))
            step = STEPS.get(body["does"], escape(row["step"]))
            rows.append([escape(row["number"]), ours, escape(body["item"]), step, STATES[row["state"]], told, _acts(row, body)])
        head = ["本系统编号", "办件编号", "事项", "环节", "状态", "通知", "操作"]
        return "<h2>最近的办件</h2>" + (pages.table(head, rows) if rows else "<p>还没有。</p>")

    async def home(self, _request: Request) -> Response:
        """What this is."""
        link = '<p class="row"><a class="button" href="/control">打开控制台</a></p>'
        return server.html(pages.page("公安业务系统（演示）", link))


def _term(row: sqlite3.Row, fate: Mapping[str, Any]) -> dict[str, str]:
    """Number and term of the licence: the book's, else a number of ours from today."""
    today = clock.now().date()
    last = today.replace(day=min(today.day, 28), year=today.year + YEARS)
    own = {"number": f"DMGA-{row['number'][2:]}", "valid_from": today.isoformat(), "valid_to": last.isoformat()}
    return {name: str(fate.get(name, value)) for name, value in own.items()}


def _licence(case: str, term: Mapping[str, str], with_file: bool) -> dict[str, Any]:
    """A sample that says so, with its file if one is given."""
    title, file = "演示证照（公安）", None
    if with_file:
        text = PAPER.format(title=title, case=case, number=term["number"], start=term["valid_from"], end=term["valid_to"])
        file = base64.b64encode(HTML(string=text).write_pdf()).decode("ascii")
    return {**term, "title": title, "kind": "application/pdf" if file else None, "file": file}


def _acts(row: sqlite3.Row, body: Mapping[str, Any]) -> str:
    number = str(row["id"])
    if row["state"] != "received":
        buttons = pages.button("again", number, "再通知一次")
    elif body["does"] == "decide":
        buttons = pages.button("outcome", "grant", "准予") + pages.button("outcome", "refuse", "不予")
    else:
        buttons = pages.button("outcome", "grant", "办好")
    return f'<form method="post" action="/control"><input type="hidden" name="job" value="{number}">{buttons}</form>'


def book_of(file: Path, people_file: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    """How the demo's cases end, by item and number of the applicant. A book that is not marked 演示 is refused."""
    with people_file.open(encoding="utf-8", newline="") as lines:
        numbers = {row["key"]: row["number"] for row in csv.DictReader(lines)}
    document = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    if not str(document["note"]).startswith("演示"):
        raise ValueError(f"{file}: 没有标明演示")
    return {(document["decides"], numbers[one["who"]]): one for one in document["decisions"]}


def build(state: Path) -> Starlette:
    """The application, with its memory in the file `state`."""
    data = Path(os.environ.get("ONEVISIT_DATA", server.ROOT / "data"))
    police = Police(state, book_of(Path(__file__).parent / "departments" / "police.yaml", data / "demo_people.csv"))
    routes = [
        Route("/", police.home),
        Route("/livez", server.livez),
        Route("/style.css", server.style),
        Route("/control", police.control, methods=["GET", "POST"]),
        Route("/cases", police.take, methods=["POST"]),
        Route("/cases/{number}/{step}/{attempt:int}", police.tell, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=police.desk.lifespan(police.work))


if __name__ == "__main__":
    sys.exit(server.main("police", 8104, build))
