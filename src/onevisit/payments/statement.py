"""What a gateway's answer must look like before anything in it counts: our order, amount and payee, known movements, no more.

>>> said = {"order": "o", "state": "captured", "amount": "5.00", "currency": "CNY", "payee": "税务局", "movements": [
...     {"transaction": "t1", "kind": "capture", "of": None, "amount": "5.00", "at": "2026-03-02T10:00:00+08:00"}]}
>>> read(said, Expected("o", Decimal("5.00"), "税务局")).movements[0].amount
Decimal('5.00')
>>> read({**said, "amount": "6.00"}, Expected("o", Decimal("5.00"), "税务局"))
Traceback (most recent call last):
onevisit.payments.statement.Wrong: other-amount
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

MONEY = re.compile(r"[0-9]{1,12}\.[0-9]{2}")
FIELDS = frozenset({"order", "state", "amount", "currency", "payee", "movements"})
MOVEMENT = frozenset({"transaction", "kind", "of", "amount", "at"})
STATES: Mapping[str, str] = {
    "open": "open",
    "processing": "unknown",
    "captured": "captured",
    "failed": "failed",
    "cancelled": "failed",
    "closed": "failed",
}
"""The gateway's word for an order, and ours."""
MOST = 100
"""Movements that one order may have."""


class Wrong(Exception):
    """The answer is not to be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Expected:
    """What the answer must speak of."""

    order: str
    amount: Decimal
    payee: str


@dataclass(frozen=True)
class Moved:
    """One movement, as the gateway says."""

    transaction: str
    kind: Literal["capture", "refund"]
    of: str
    amount: Decimal
    at: datetime


@dataclass(frozen=True)
class Statement:
    """The order as the gateway says it stands, in our words: open, unknown, captured, failed. Captures stand before refunds."""

    state: str
    movements: tuple[Moved, ...]


def read(said: object, expected: Expected) -> Statement:
    """The statement; raises `Wrong`."""
    if not isinstance(said, Mapping) or set(said) - {"url"} != FIELDS or said["state"] not in STATES:
        raise Wrong("bad-shape")
    if said["order"] != expected.order:
        raise Wrong("other-order")
    if said["currency"] != "CNY" or money(said["amount"]) != expected.amount:
        raise Wrong("other-amount")
    if said["payee"] != expected.payee:
        raise Wrong("other-payee")
    rows = said["movements"]
    if not isinstance(rows, list) or len(rows) > MOST:
        raise Wrong("bad-shape")
    moved = sorted((_moved(row) for row in rows), key=lambda row: row.kind)
    if len({row.transaction for row in moved}) != len(moved):
        raise Wrong("transaction-twice")
    if STATES[said["state"]] == "captured" and not any(row.kind == "capture" for row in moved):
        raise Wrong("captured-nothing")
    return Statement(STATES[said["state"]], tuple(moved))


def money(value: object) -> Decimal:
    """An amount written as partners must, with two decimals; raises `Wrong`."""
    if not isinstance(value, str) or not MONEY.fullmatch(value):
        raise Wrong("bad-amount")
    return Decimal(value)


def _moved(row: Any) -> Moved:
    if not isinstance(row, Mapping) or set(row) != MOVEMENT or row["kind"] not in ("capture", "refund"):
        raise Wrong("bad-shape")
    number, of = row["transaction"], row["of"]
    if not isinstance(number, str) or not 0 < len(number) <= 64 or (row["kind"] == "refund") != isinstance(of, str):
        raise Wrong("bad-shape")
    amount = money(row["amount"])
    if amount <= 0:
        raise Wrong("bad-amount")
    return Moved(number, row["kind"], of or "", amount, _moment(row["at"]))


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Wrong("bad-time") from None
    if moment.tzinfo is None:
        raise Wrong("bad-time")
    return moment
