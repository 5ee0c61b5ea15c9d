"""Finding a person by what somebody remembers: part of a name, an address, the middle of a number.

`contact_search` holds one row a contact, folded. On SQLite an FTS5 trigram table over it answers three letters and
more; on PostgreSQL a pg_trgm index on the same columns. The full-text table knows no workspace, so it is read only
joined with `contact_search`, within the workspace's own range of row numbers, which keeps a small studio fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from peewee import fn

from omni.contacts.folding import digits_of, fold, search_words
from omni.contacts.kinds import PointKind, Processing
from omni.contacts.models import Contact, ContactPoint, ContactSearch
from omni.core import clock
from omni.core.database import database, is_postgres
from omni.core.fields import InstantField
from omni.core.ids import Id
from omni.core.tenancy import current_workspace, current_workspace_id

RANGE = 1 << 32
CANDIDATES = 200
# Full-text table and the tenant table it may be read with (wall 2).
FULL_TEXT = {"contact_text": "contact_search"}

# What only SQL can say, by dialect; the migration that makes `contact_search` runs it after the table.
DDL: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE contact_text USING fts5("
        "fold, digits, content='contact_search', content_rowid='number', tokenize='trigram')",
        "CREATE TRIGGER contact_text_insert AFTER INSERT ON contact_search BEGIN"
        " INSERT INTO contact_text(rowid, fold, digits) VALUES (new.number, new.fold, new.digits); END",
        "CREATE TRIGGER contact_text_delete AFTER DELETE ON contact_search BEGIN"
        " INSERT INTO contact_text(contact_text, rowid, fold, digits)"
        " VALUES ('delete', old.number, old.fold, old.digits); END",
        "CREATE TRIGGER contact_text_update AFTER UPDATE OF fold, digits ON contact_search BEGIN"
        " INSERT INTO contact_text(contact_text, rowid, fold, digits)"
        " VALUES ('delete', old.number, old.fold, old.digits);"
        " INSERT INTO contact_text(rowid, fold, digits) VALUES (new.number, new.fold, new.digits); END",
    ),
    "postgres": (
        "CREATE INDEX contact_search_fold_trgm ON contact_search USING gin (fold gin_trgm_ops)",
        "CREATE INDEX contact_search_digits_trgm ON contact_search USING gin (digits gin_trgm_ops)",
        "CREATE INDEX contact_search_fold_start ON contact_search (workspace_id, fold text_pattern_ops)",
    ),
}


_INSERT = "INSERT INTO contact_search (created_at, workspace_id, contact_id, fold, digits)"
_INSERT_LISTED = (
    "INSERT INTO contact_search (number, created_at, workspace_id, contact_id, fold, digits)"
    " SELECT ? + e.key, ?, ?, substr(?, 16 * e.key + 1, 16),"
    " json_extract(e.value, '$[0]'), json_extract(e.value, '$[1]') FROM json_each(?) AS e ORDER BY e.key"
)


def words_of(contact: Contact, points: Iterable[tuple[PointKind, str]]) -> tuple[str, str]:
    """What search keeps of a contact."""
    points = list(points)
    emails, phones = (
        [norm for kind, norm in points if kind is wanted] for wanted in (PointKind.EMAIL, PointKind.PHONE)
    )
    return search_words(contact.display_name, contact.nickname, contact.company, emails, phones)


def index(contact: Contact, points: Iterable[tuple[PointKind, str]] | None = None) -> None:
    """Make search find the contact by what it now says. Runs in the contact's transaction."""
    if points is None:
        rows = ContactPoint.select(ContactPoint.kind, ContactPoint.norm).where(ContactPoint.contact == contact.id)
        points = [(row.kind, row.norm) for row in rows]
    folded, digits = words_of(contact, points)
    changed = ContactSearch.update(fold=folded, digits=digits).where(ContactSearch.contact == contact.id).execute()
    if not changed:
        number = {} if is_postgres() else {"id": next_number()}
        ContactSearch.create(contact=contact.id, fold=folded, digits=digits, **number)


def index_new(words: Sequence[tuple[Id, str, str]]) -> None:
    """Make search find contacts it does not know yet: id, folded words and digits of each.

    The full-text table writes itself out at the end of every statement, so one statement takes them all (measured:
    40 µs a row; one statement a row 150).
    """
    if not words:
        return
    now, mine = InstantField().db_value(clock.now()), current_workspace_id()
    if is_postgres():
        rows = [(now, mine, *row) for row in words]
        database.execute_many(_INSERT + " VALUES (%s, %s, %s, %s, %s)", rows)
        return
    ids = b"".join(contact_id.bytes for contact_id, _folded, _digits in words)
    text = json.dumps([(folded, digits) for _id, folded, digits in words], ensure_ascii=False)
    database.execute_sql(_INSERT_LISTED, (next_number(), now, mine.bytes, ids, text))


def forget(contact_id: Id) -> None:
    """Make search find the contact no more."""
    ContactSearch.delete().where(ContactSearch.contact == contact_id).execute()


def forget_all(contact_ids: Sequence[Id]) -> None:
    """Make search find none of these contacts any more."""
    ContactSearch.delete().where(ContactSearch.contact.in_(list(contact_ids))).execute()


def next_number() -> int:
    """The next row number of this workspace's range (SQLite; PostgreSQL needs no ranges and counts by itself)."""
    low, high = _range()
    last = ContactSearch.select(fn.MAX(ContactSearch.id)).where(ContactSearch.id.between(low, high)).scalar()
    return (last or low) + 1


def find(text: str, *, limit: int = 20) -> list[Contact]:
    """The contacts that `text` means, best first: exact name, start of name, start of a word, recently touched."""
    folded = fold(text)
    if not folded:
        return []
    number = _as_number(text)
    rows = _by_digits(number) if number else []
    rows = [*rows, *(_by_trigrams(folded) if len(folded) >= 3 else _by_start(folded))]
    return _ordered(folded, _distinct(rows), limit)


def ids_matching(text: str) -> list[Id]:
    """Ids of up to 200 contacts that `text` means, for a list's filter."""
    return [contact.id for contact in find(text, limit=CANDIDATES)]


def _range() -> tuple[int, int]:
    low = current_workspace().number * RANGE
    return low, low + RANGE - 1


def _as_number(text: str) -> str:
    """The digits to look for when `text` is a number, without 00, 0 and +; empty when it is words."""
    if any(letter.isalpha() for letter in text):
        return ""
    digits = digits_of(text)
    digits = digits.removeprefix("00") if digits.startswith("00") else digits.removeprefix("0")
    return digits if len(digits) >= 3 else ""


def _by_trigrams(folded: str) -> list[tuple[Id, str]]:
    whole = _matching("fold", folded)
    if len(whole) >= 5 or " " not in folded:
        return whole
    words = [word for word in folded.split() if len(word) >= 3]
    return [*whole, *_matching_words(words)] if words else whole


def _by_digits(number: str) -> list[tuple[Id, str]]:
    return _matching("digits", number)


def _matching(column: str, text: str) -> list[tuple[Id, str]]:
    if is_postgres():
        field = getattr(ContactSearch, column)
        return _read(field.contains(text))
    return _full_text(f'{column} : "{_quoted(text)}"')


def _matching_words(words: Sequence[str]) -> list[tuple[Id, str]]:
    if is_postgres():
        condition = ContactSearch.fold.contains(words[0])
        for word in words[1:]:
            condition &= ContactSearch.fold.contains(word)
        return _read(condition)
    return _full_text(" AND ".join(f'fold : "{_quoted(word)}"' for word in words))


def _full_text(match: str) -> list[tuple[Id, str]]:
    low, high = _range()
    cursor = database.execute_sql(
        "SELECT s.contact_id, s.fold FROM contact_text"
        " JOIN contact_search AS s ON s.rowid = contact_text.rowid"
        " WHERE contact_text MATCH ? AND contact_text.rowid BETWEEN ? AND ? AND s.workspace_id = ?"
        " ORDER BY contact_text.rowid DESC LIMIT ?",
        (match, low, high, current_workspace_id().bytes, CANDIDATES),
    )
    return [(_id(contact_id), folded) for contact_id, folded in cursor.fetchall()]


def _by_start(folded: str) -> list[tuple[Id, str]]:
    """One or two letters: starts of names by the index, then starts of further words."""
    starts = _read(_starts_with(folded))
    if len(starts) >= CANDIDATES:
        return starts
    return [*starts, *_read(ContactSearch.fold.contains(f" {folded}"))]


def _starts_with(folded: str) -> Any:
    if is_postgres():
        return ContactSearch.fold.startswith(folded)
    # LIKE cannot use SQLite's index, a range of its binary order can.
    return ContactSearch.fold.between(folded, folded + "\U0010ffff")


def _read(condition: Any) -> list[tuple[Id, str]]:
    query = (
        ContactSearch.select(ContactSearch.contact, ContactSearch.fold)
        .where(condition)
        .order_by(ContactSearch.id.desc())
        .limit(CANDIDATES)
    )
    return [(row.contact_id, row.fold) for row in query]


def _ordered(folded: str, rows: list[tuple[Id, str]], limit: int) -> list[Contact]:
    if not rows:
        return []
    ranks = {contact_id: _rank(folded, words) for contact_id, words in rows}
    found = Contact.select().where(
        Contact.id.in_(list(ranks)), Contact.deleted_at.is_null(), Contact.processing != Processing.ERASING
    )
    ordered = sorted(found, key=lambda one: (ranks[one.id], -one.last_touch_at.timestamp()))
    return ordered[:limit]


def _rank(folded: str, words: str) -> int:
    name = words.split("\n", 1)[0]
    if name == folded:
        return 0
    if name.startswith(folded):
        return 1
    return 2 if f" {folded}" in words or f"\n{folded}" in words else 3


def _distinct(rows: list[tuple[Id, str]]) -> list[tuple[Id, str]]:
    return list(dict(reversed(rows)).items())[::-1]


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _id(value: Any) -> Id:
    return value if isinstance(value, Id) else Id(bytes=bytes(value))
