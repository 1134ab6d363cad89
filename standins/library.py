"""The province's item library (省事项库) and its site, played: lists base items, takes guides and shows them to anybody.

`GET /library/items?after=…` lists, `PUT /guides/{key}` publishes, `GET /guides/{key}` shows; the first two are signed both ways.
It says of items what the city's base catalogue says, but for the rows of data/library.csv, which are made up.
"""

import csv
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from standins import pages, server
from standins.signing import Keyring, Unsigned, verify
from standins.store import Store

SCHEMA = "CREATE TABLE IF NOT EXISTS guide (key TEXT PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;"
PAGE = 100
FIELDS = ("key", "name", "type", "legal_days", "basis")
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Library:
    """The list, and the guides that cities have published here."""

    def __init__(self, store: Store, keys: Keyring, items: Mapping[str, Mapping[str, str]]) -> None:
        self.store = store
        self.keys = keys
        self.items = items

    async def listed(self, request: Request) -> Response:
        """The next items by key; `next` is where the following page begins, empty at the end."""
        after = request.query_params.get("after", "")
        return await self._signed(request, lambda _: (200, self._page(after)))

    def _page(self, after: str) -> dict[str, Any]:
        rows = [self.items[key] for key in sorted(self.items) if key > after][: PAGE + 1]
        return {"items": rows[:PAGE], "next": rows[PAGE - 1]["key"] if len(rows) > PAGE else ""}

    async def publish(self, request: Request) -> Response:
        """A guide is on the site, under an address that is answered."""
        key = str(request.path_params["key"])
        return await self._signed(request, lambda body: self._kept(key, body))

    def _kept(self, key: str, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            document = json.loads(body)
            complete = all(isinstance(document[name], str) and document[name] for name in ("name", "content_hash", "address"))
        except (ValueError, KeyError, TypeError):
            return 422, {"code": "bad-guide"}
        if not complete:
            return 422, {"code": "bad-guide"}
        at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        self.store.write("INSERT OR REPLACE INTO guide VALUES (?, ?, ?)", key, json.dumps(document, ensure_ascii=False), at)
        return 200, {"key": key, "path": f"/guides/{key}", "content_hash": document["content_hash"], "time": at}

    async def show(self, request: Request) -> Response:
        """The guide for anybody: its name, its revision, and where the city explains it."""
        row = self.store.row("SELECT document, at FROM guide WHERE key = ?", str(request.path_params["key"]))
        if row is None:
            return server.problem(404, "no-guide", "没有这份指南。")
        document = json.loads(row["document"])
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({**document, "time": row["at"]})
        rows = [["校验", document["content_hash"]], ["办事指南", document["address"]], ["公布时间", row["at"]]]
        return server.html(pages.page(f"{document['name']}（省网演示）", pages.table(["项目", "内容"], rows)))

    async def _signed(self, request: Request, reply: Callable[[bytes], tuple[int, dict[str, Any]]]) -> Response:
        try:
            asked = await server.asked(request)
            key_id, nonce = verify(asked, self.keys, self.store.spend)
        except Unsigned as fault:
            return server.problem(401, fault.code, "签名不对，不能答复。")
        except server.TooLarge:
            return server.problem(413, "too-large", "请求太大。")
        status, document = reply(asked.body)
        return server.signed(server.json_reply(status, document), self.keys, key_id, nonce)


def routes(store: Store, keys: Keyring, base_items: Path) -> list[Route]:
    """The library's addresses."""
    library = Library(store, keys, _items(base_items))
    return [
        Route("/library/items", library.listed, methods=["GET"]),
        Route("/guides/{key}", library.publish, methods=["PUT"]),
        Route("/guides/{key}", library.show, methods=["GET"]),
    ]


def _items(base_items: Path) -> dict[str, dict[str, str]]:
    """What the library says: the base catalogue, with the made-up differences."""
    found: dict[str, dict[str, str]] = {}
    for path in (base_items, Path(__file__).parent / "data" / "library.csv"):
        with path.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                told = {name: row[name] for name in FIELDS if row.get(name)}
                found[row["key"]] = {**found.get(row["key"], {}), **told}
    return found
