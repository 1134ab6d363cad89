"""Callbacks of the gateway (支付结果通知): signed, repeated with growing pauses until they are taken, or bent by hand."""

import asyncio
import json
import sqlite3
import time
from urllib.parse import urlsplit

import httpx

from standins.orders import Book
from standins.signing import Asked, Keyring, request_headers

KEY_ID = "demo-gateway"
MAX_TRIES = 8


class Courier:
    """Sends what is due, one after the other; a killed gateway goes on where it was."""

    def __init__(self, book: Book, keys: Keyring) -> None:
        self.book = book
        self.keys = keys
        self.last: dict[str, str] = {}

    async def run(self) -> None:
        """Until it is cancelled."""
        async with httpx.AsyncClient(timeout=5, follow_redirects=False, trust_env=False) as client:
            while True:
                for row in self.book.due():
                    await self._send(client, row)
                await asyncio.sleep(0.1)

    async def _send(self, client: httpx.AsyncClient, row: sqlite3.Row) -> None:
        order = self.book.order(row["order_id"])
        asked = self._asked(order.body["notify_url"], self._body(row))
        headers = self._headers(asked, row["bend"])
        try:
            answer = await client.post(order.body["notify_url"], content=asked.body, headers=headers)
            done = "taken" if answer.status_code < 300 else "refused" if answer.status_code < 500 else ""
        except httpx.HTTPError:
            done = ""
        tries = row["tries"] + 1
        if not done and tries >= MAX_TRIES:
            done = "given up"
        due = time.time() + min(60, 2 ** (tries - 1))
        self.book.store.write("UPDATE callback SET done = ?, tries = ?, due = ? WHERE id = ?", done, tries, due, row["id"])

    def _body(self, row: sqlite3.Row) -> bytes:
        """What the callback says; the house is not to believe it, but to ask."""
        order = self.book.order(row["order_id"])
        said = {
            "order": order.id, "event": row["event"], "transaction": row["tx"],
            "amount": order.body["amount"], "currency": order.body["currency"], "payee": order.body["payee"],
        }  # fmt: skip
        lies = {"forge_amount": {"amount": "0.01"}, "forge_payee": {"payee": "别人"}, "forge_order": {"order": "0" * 32}}
        return json.dumps({**said, **lies.get(row["bend"], {})}, ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def _asked(url: str, body: bytes) -> Asked:
        parts = urlsplit(url)
        return Asked("POST", parts.path + (f"?{parts.query}" if parts.query else ""), {}, body)

    def _headers(self, asked: Asked, bend: str) -> dict[str, str]:
        kind = {"Content-Type": "application/json"}
        if bend == "unsigned":
            return kind
        if bend == "old_nonce" and self.last:
            return {**kind, **self.last}
        signed = request_headers(KEY_ID, self.keys.key(KEY_ID) or b"", asked)
        if bend == "bad_signature":
            signed["X-OV-Signature"] = "0" * 64
        self.last = signed
        return {**kind, **signed}
