"""What the simulator remembers: accounts, messages, the arrival log, faults to come, callbacks still to deliver."""

import json
import random
import sqlite3
import threading
import time
import uuid
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (sid TEXT PRIMARY KEY, token TEXT, status TEXT);
CREATE TABLE IF NOT EXISTS number (account TEXT, number TEXT, PRIMARY KEY (account, number));
CREATE TABLE IF NOT EXISTS service (account TEXT, sid TEXT, PRIMARY KEY (account, sid));
CREATE TABLE IF NOT EXISTS pool (service TEXT, number TEXT, PRIMARY KEY (service, number));
CREATE TABLE IF NOT EXISTS message (n INTEGER PRIMARY KEY, sid TEXT UNIQUE, account TEXT, direction TEXT, sender TEXT,
  recipient TEXT, body TEXT, status TEXT, error INTEGER, callback TEXT, service TEXT, created REAL, visible REAL,
  deleted INTEGER DEFAULT 0, media TEXT DEFAULT '[]');
CREATE TABLE IF NOT EXISTS arrival (n INTEGER PRIMARY KEY, at REAL, method TEXT, path TEXT, recipient TEXT, body TEXT,
  callback TEXT, sid TEXT, answer TEXT, fields TEXT);
CREATE TABLE IF NOT EXISTS media (n INTEGER PRIMARY KEY, path TEXT UNIQUE, account TEXT, content BLOB, type TEXT,
  mood TEXT, args TEXT);
CREATE TABLE IF NOT EXISTS fetched (n INTEGER PRIMARY KEY, path TEXT, method TEXT, is_signed_in INTEGER);
CREATE TABLE IF NOT EXISTS blocked (number TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fault (n INTEGER PRIMARY KEY, kind TEXT, args TEXT, left INTEGER);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS callback (n INTEGER PRIMARY KEY, due REAL, url TEXT, form TEXT, token TEXT,
  tries INTEGER DEFAULT 0, answer INTEGER);
"""
SETTINGS: dict[str, Any] = {
    "ahead_s": 0, "list_lag_s": 0, "callbacks": "normal", "final": "delivered", "error": None, "callback_delay_s": 0.05,
    "initial": "queued", "callback_tries": 3,
    # Shares of what arrives: {kind of fault: share}, and of the texts about which nobody is called. Drawn by `seed`.
    "faults": {}, "callbacks_lost": 0.0, "seed": 0,
}  # fmt: skip


class Store:
    """One SQLite file behind one lock; every write is committed before it is answered."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.row_factory = sqlite3.Row
        self._base.execute("PRAGMA journal_mode=wal")
        self._base.executescript(SCHEMA)

    def run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._base.execute(sql, values).fetchall()

    def now(self) -> float:
        """Its clock, which the tests may set ahead or back."""
        return time.time() + float(self.setting("ahead_s"))

    def setting(self, name: str) -> Any:
        rows = self.run("SELECT value FROM setting WHERE name=?", name)
        return json.loads(rows[0]["value"]) if rows else SETTINGS[name]

    def set(self, name: str, value: Any) -> None:
        if name not in SETTINGS:
            raise KeyError(name)
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def token(self, account: str) -> str | None:
        rows = self.run("SELECT token FROM account WHERE sid=?", account)
        return rows[0]["token"] if rows else None

    def take_fault(self, arrival: int) -> tuple[str, dict[str, Any]] | None:
        """The next planned fault, used up by being taken, or what is drawn for this arrival."""
        with self._lock:
            rows = self.run("SELECT * FROM fault WHERE left > 0 ORDER BY n LIMIT 1")
            if not rows:
                return self._drawn_fault(arrival)
            self.run("UPDATE fault SET left = left - 1 WHERE n=?", rows[0]["n"])
            return rows[0]["kind"], json.loads(rows[0]["args"])

    def draw(self, what: str, n: int) -> float:
        """From 0 to 1, the same at each time for the same seed."""
        return random.Random(f"{self.setting('seed')} {what} {n}").random()

    def _drawn_fault(self, arrival: int) -> tuple[str, dict[str, Any]] | None:
        drawn = self.draw("fault", arrival)
        for kind, share in self.setting("faults").items():
            if drawn < share:
                return kind, {"seconds": 0.5}
            drawn -= share
        return None

    def arrived(self, method: str, path: str, form: dict[str, str]) -> int:
        with self._lock:
            self.run(
                "INSERT INTO arrival (at, method, path, recipient, body, callback, fields)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                time.time(), method, path, form.get("To"), form.get("Body"), form.get("StatusCallback"),
                " ".join(sorted(form)),
            )  # fmt: skip
            return int(self.run("SELECT max(n) AS n FROM arrival")[0]["n"])

    def answered(self, arrival: int, answer: str, sid: str | None = None) -> None:
        self.run("UPDATE arrival SET answer=?, sid=? WHERE n=?", answer, sid, arrival)

    def add_message(
        self, account: str, direction: str, form: dict[str, str], status: str, ago_s: float = 0, media: Any = ()
    ) -> sqlite3.Row:
        now = self.now() - ago_s
        sid = "SM" + uuid.uuid4().hex
        sender = form.get("From") or self._service_number(account)
        with self._lock:
            self.run(
                "INSERT INTO message (sid, account, direction, sender, recipient, body, status, callback, service,"
                " created, visible, media) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                sid, account, direction, sender, form["To"], form.get("Body", ""), status, form.get("StatusCallback"),
                form.get("MessagingServiceSid"), now, now + float(self.setting("list_lag_s")),
                json.dumps(list(media)),
            )  # fmt: skip
            return self.message(account, sid)

    def message(self, account: str, sid: str) -> sqlite3.Row:
        rows = self.run("SELECT * FROM message WHERE account=? AND sid=? AND deleted=0", account, sid)
        if not rows:
            raise LookupError(sid)
        return rows[0]

    def list_messages(
        self, account: str, to: str | None, sender: str | None, limit: int, after: int
    ) -> list[sqlite3.Row]:
        return self.run(
            "SELECT * FROM message WHERE account=? AND deleted=0 AND visible<=? AND (? IS NULL OR recipient=?)"
            " AND (? IS NULL OR sender=?) ORDER BY created DESC, n DESC LIMIT ? OFFSET ?",
            account, self.now(), to, to, sender, sender, limit, after,
        )  # fmt: skip

    def _service_number(self, account: str) -> str:
        rows = self.run("SELECT number FROM number WHERE account=? LIMIT 1", account)
        return rows[0]["number"] if rows else ""
