"""What a stand-in remembers, in one SQLite file: spent nonces, its control page, and its own rows. Survives kill -9."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS nonce (key_id TEXT, nonce TEXT, seen REAL, PRIMARY KEY (key_id, nonce)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS control (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
KEPT = 600
"""Seconds for which a nonce is remembered."""


class Store:
    """One file, one connection, used from the event loop's thread only; each statement is short."""

    def __init__(self, path: Path, schema: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None, timeout=5)
        self._file.row_factory = sqlite3.Row
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.executescript(SCHEMA + schema)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """The rows of a query."""
        return self._file.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, None if there is none."""
        found: sqlite3.Row | None = self._file.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, *values: object) -> int:
        """How many rows the statement changed."""
        return self._file.execute(sql, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or none of the statements inside."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    def spend(self, key_id: str, nonce: str) -> bool:
        """True the first time that a nonce is seen."""
        now = time.time()
        self.write("DELETE FROM nonce WHERE seen < ?", now - KEPT)
        return self.write("INSERT OR IGNORE INTO nonce VALUES (?, ?, ?)", key_id, nonce, now) == 1

    def control(self, defaults: Mapping[str, str]) -> dict[str, str]:
        """What the control page was set to; defaults where it was not."""
        kept = {row["name"]: row["value"] for row in self.rows("SELECT name, value FROM control")}
        return {name: kept.get(name, value) for name, value in defaults.items()}

    def set_control(self, chosen: Mapping[str, str]) -> None:
        """The control page's settings are kept."""
        with self.together():
            for name, value in chosen.items():
                self.write("INSERT OR REPLACE INTO control VALUES (?, ?)", name, value)

    def close(self) -> None:
        """The file is closed, its log folded in."""
        self._file.close()
