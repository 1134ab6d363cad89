"""Callbacks of a partner: signed, repeated with growing pauses until they are taken, or bent by hand. Survives kill -9."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from standins.pages import Choice
from standins.signing import Asked, Keyring, request_headers
from standins.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, about TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
  bend TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL, done TEXT NOT NULL);
"""
MAX_TRIES = 8
TOLD = {"": "还在发", "taken": "已收下", "refused": "被拒绝", "given up": "没人收"}
BENDS = {"unsigned": "不签名", "bad_signature": "签名不对", "old_nonce": "重放旧的签名"}
WAYS = {"normal": "正常", "double": "发两次", "delay": "推迟", "drop": "不发", **BENDS}


class Outbox:
    """What is still to be told to the house, one after the other."""

    def __init__(self, store: Store, keys: Keyring, key_id: str) -> None:
        self.store, self.keys, self.key_id = store, keys, key_id
        self.last: dict[str, str] = {}

    def tell(self, about: str, url: str, said: Mapping[str, Any], way: str, seconds: float) -> None:
        """The house is to be told about the parcel or case, in one of the WAYS."""
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        bend = way if way in BENDS else ""
        due = time.time() + (seconds if way == "delay" else 0.0)
        for _ in range({"drop": 0, "double": 2}.get(way, 1)):
            self.store.write(
                "INSERT INTO outbox (about, url, body, bend, due, tries, done) VALUES (?, ?, ?, ?, ?, 0, '')",
                about, url, body, bend, due,
            )  # fmt: skip

    def told(self, about: str) -> str:
        """How each callback about it ended, in words."""
        rows = self.store.rows("SELECT done FROM outbox WHERE about = ? ORDER BY id", about)
        return "<br>".join(TOLD[row["done"]] for row in rows)

    async def run(self) -> None:
        """Until it is cancelled; a killed partner goes on where it was."""
        async with httpx.AsyncClient(timeout=5, follow_redirects=False, trust_env=False) as client:
            while True:
                due = "SELECT * FROM outbox WHERE done = '' AND due <= ? ORDER BY due, id LIMIT 20"
                for row in self.store.rows(due, time.time()):
                    await self._send(client, row)
                await asyncio.sleep(0.1)

    async def _send(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        parts = urlsplit(row["url"])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        asked = Asked("POST", path, {}, row["body"].encode())
        try:
            answer = await client.post(row["url"], content=asked.body, headers=self._headers(asked, row["bend"]))
            done = "taken" if answer.status_code < 300 else "refused" if answer.status_code < 500 else ""
        except httpx.HTTPError:
            done = ""
        tries = row["tries"] + 1
        if not done and tries >= MAX_TRIES:
            done = "given up"
        due = time.time() + min(60, 2 ** (tries - 1))
        self.store.write("UPDATE outbox SET done = ?, tries = ?, due = ? WHERE id = ?", done, tries, due, row["id"])

    def _headers(self, asked: Asked, bend: str) -> dict[str, str]:
        kind = {"Content-Type": "application/json"}
        if bend == "unsigned":
            return kind
        if bend == "old_nonce" and self.last:
            return {**kind, **self.last}
        signed = request_headers(self.key_id, self.keys.key(self.key_id) or b"", asked)
        if bend == "bad_signature":
            signed["X-OV-Signature"] = "0" * 64
        self.last = signed
        return {**kind, **signed}


def choice(**lies: str) -> Choice:
    """The group of the control page that says how callbacks are sent; `lies` are a partner's own ways to be wrong."""
    return Choice("callback", "通知办事平台时", {**WAYS, **lies})
