"""The gateway's order book (SQLite): orders, captures, refunds, and the callbacks that are still to be sent. Survives kill -9."""

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from standins.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, hidden_until REAL NOT NULL, made REAL NOT NULL);
CREATE TABLE IF NOT EXISTS movement (
  tx TEXT PRIMARY KEY, order_id TEXT NOT NULL, kind TEXT NOT NULL, of TEXT, amount TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS callback (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, event TEXT NOT NULL, tx TEXT NOT NULL,
  bend TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL, done TEXT NOT NULL);
"""
FIELDS = ("order", "amount", "currency", "payee", "title", "notify_url", "return_url")
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Refused(Exception):
    """The book does not allow it; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Order:
    """One order as the book has it. State: open, captured, failed, cancelled, closed; `processing` while its end is hidden."""

    id: str
    body: Mapping[str, str]
    state: str
    movements: tuple[Mapping[str, str], ...]

    def captures(self) -> list[Mapping[str, str]]:
        """The captures, oldest first."""
        return [row for row in self.movements if row["kind"] == "capture"]

    def document(self) -> dict[str, Any]:
        """What the house is told when it asks."""
        told = [
            {"transaction": row["tx"], "kind": row["kind"], "of": row["of"], "amount": row["amount"], "at": row["at"]}
            for row in self.movements
        ]
        return {
            "order": self.id,
            "state": self.state,
            "amount": self.body["amount"],
            "currency": self.body["currency"],
            "payee": self.body["payee"],
            "movements": [] if self.state == "processing" else told,
        }


class Book:
    """The orders in the store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def open(self, body: Mapping[str, Any]) -> Order:
        """The order is there, once: the same body again changes nothing, another body is refused."""
        if set(body) != set(FIELDS) or not all(isinstance(value, str) and value for value in body.values()):
            raise Refused("bad-order")
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        self.store.write("INSERT OR IGNORE INTO orders VALUES (?, ?, 'open', 0, ?)", body["order"], text, time.time())
        row = self.store.row("SELECT body FROM orders WHERE id = ?", body["order"])
        if row is None or row["body"] != text:
            raise Refused("other-order")
        return self.order(body["order"])

    def order(self, order_id: str) -> Order:
        """The order as it stands. Raises `Refused` if there is none."""
        row = self.store.row("SELECT * FROM orders WHERE id = ?", order_id)
        if row is None:
            raise Refused("no-order")
        moved = self.store.rows("SELECT * FROM movement WHERE order_id = ? ORDER BY rowid", order_id)
        state = "processing" if row["hidden_until"] > time.time() else row["state"]
        return Order(order_id, json.loads(row["body"]), state, tuple(dict(each) for each in moved))

    def capture(self, order_id: str, amount: str = "") -> str:
        """The money is taken: the transaction's number. What was paid once is not paid again, unless the book is told to err."""
        order = self.order(order_id)
        tx = f"演示{secrets.token_hex(8)}"
        self._move(tx, order_id, "capture", None, amount or order.body["amount"])
        self.store.write("UPDATE orders SET state = 'captured' WHERE id = ?", order_id)
        return tx

    def end(self, order_id: str, state: str) -> bool:
        """An open order ends without money; False if it was not open any more."""
        return self.store.write("UPDATE orders SET state = ? WHERE id = ? AND state = 'open'", state, order_id) == 1

    def refund(self, capture: str) -> str:
        """A capture is paid back, once: the transaction's number."""
        row = self.store.row("SELECT * FROM movement WHERE tx = ? AND kind = 'capture'", capture)
        if row is None:
            raise Refused("no-capture")
        if self.store.row("SELECT tx FROM movement WHERE of = ?", capture):
            raise Refused("already-refunded")
        tx = f"演示退{secrets.token_hex(8)}"
        self._move(tx, row["order_id"], "refund", capture, row["amount"])
        return tx

    def hide(self, order_id: str, seconds: float) -> None:
        """For so long nobody is told how the order ended."""
        self.store.write("UPDATE orders SET hidden_until = ? WHERE id = ?", time.time() + seconds, order_id)

    def tell(self, order_id: str, event: str, tx: str = "", *, bend: str = "", after: float = 0.0) -> None:
        """A callback is to be sent; `bend` says how it is to be wrong."""
        self.store.write(
            "INSERT INTO callback (order_id, event, tx, bend, due, tries, done) VALUES (?, ?, ?, ?, ?, 0, '')",
            order_id, event, tx, bend, time.time() + after,
        )  # fmt: skip

    def due(self) -> list[sqlite3.Row]:
        """The callbacks that are to be sent now, the longest due first."""
        return self.store.rows("SELECT * FROM callback WHERE done = '' AND due <= ? ORDER BY due, id LIMIT 20", time.time())

    def told(self, order_id: str) -> list[str]:
        """How each callback about the order ended: taken, refused, given up; empty while it is still tried."""
        return [row["done"] for row in self.store.rows("SELECT done FROM callback WHERE order_id = ? ORDER BY id", order_id)]

    def recent(self, limit: int = 20) -> list[Order]:
        """The newest orders, for the control page."""
        return [self.order(row["id"]) for row in self.store.rows("SELECT id FROM orders ORDER BY made DESC LIMIT ?", limit)]

    def _move(self, tx: str, order_id: str, kind: str, of: str | None, amount: str) -> None:
        at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        self.store.write("INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?)", tx, order_id, kind, of, amount, at)
