"""The storage of the sandbox: documents in Quo's format, in an SQLite file of its own.

A commit is on disk before a response leaves, so a killed sandbox keeps all that it returned.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Doc = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS doc (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
)
"""


class Store:
    """Documents by kind and ID, in the order of their creation.

    The kinds are "webhook", "number", "user", and "organization", of which there is one.
    One connection behind one lock: every query takes well under a millisecond.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, or an in-memory store without one."""
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # it holds keys
        self._db = sqlite3.connect(
            path or ":memory:", timeout=20, isolation_level=None, check_same_thread=False
        )
        self._lock = threading.Lock()
        self._ask("PRAGMA journal_mode=WAL")
        self._ask(SCHEMA)

    def add(self, docs: Iterable[tuple[str, Doc]]) -> None:
        """Add pairs of kind and document, all of them or none."""
        rows = [(kind, doc["id"], json.dumps(doc)) for kind, doc in docs]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany("INSERT INTO doc VALUES (?, ?, ?)", rows)
            except sqlite3.Error:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def get(self, kind: str, doc_id: str) -> Doc | None:
        rows = self._ask("SELECT body FROM doc WHERE kind = ? AND id = ?", kind, doc_id)
        return json.loads(rows[0][0]) if rows else None

    def all(self, kind: str) -> list[Doc]:
        rows = self._ask("SELECT body FROM doc WHERE kind = ? ORDER BY rowid", kind)
        return [json.loads(body) for (body,) in rows]

    def delete(self, kind: str, doc_id: str) -> bool:
        """Delete one document, and return whether there was one."""
        return bool(
            self._ask("DELETE FROM doc WHERE kind = ? AND id = ? RETURNING id", kind, doc_id)
        )

    def is_empty(self) -> bool:
        return not self._ask("SELECT 1 FROM doc LIMIT 1")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _ask(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
