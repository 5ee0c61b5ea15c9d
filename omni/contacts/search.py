"""Finding a person by what somebody remembers: part of a name, an address, the middle of a number.

`contact_search` holds one row a contact, folded. On SQLite an FTS5 trigram table over it answers three letters and
more; on PostgreSQL a pg_trgm index on the same columns. The full-text table knows no workspace, so it is read only
joined with `contact_search`, within the workspace's own range of row numbers, which keeps a small studio fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from peewee import fn

from omni.contacts.folding import digits_of, fold, search_words
from omni.contacts.kinds import PointKind
from omni.contacts.models import Contact, ContactPoint, ContactSearch
from omni.core import clock
from omni.core.database import database, is_postgres
from omni.core.fields import IdField, InstantField
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace, current_workspace_id

RANGE = 1 << 32
CANDIDATES = 200
LETTERS = 200
# Of names that begin with the same letters, so many are put in order; and so many people have come lately.
BEGINNING, LATELY = 5_000, 20_000
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


# Of those of whom a row of search speaks, who may be found: its words, and when they were last touched.
_FOUND = "SELECT s.contact_id, s.fold, c.last_touch_at FROM"
_HERE = (
    "JOIN contact AS c ON c.id = s.contact_id AND c.workspace_id = ?"
    " WHERE s.workspace_id = ? AND c.deleted_at IS NULL AND c.processing <> 'erasing' AND"
)
_FULL_TEXT = (
    f"{_FOUND} contact_text JOIN contact_search AS s ON s.rowid = contact_text.rowid {_HERE}"
    " contact_text MATCH ? AND contact_text.rowid BETWEEN ? AND ? AND {}"
    f" ORDER BY contact_text.rowid DESC LIMIT {CANDIDATES}"
)
_SHARING = (
    f"{_FOUND} contact_text JOIN contact_search AS s ON s.rowid = contact_text.rowid {_HERE}"
    f" contact_text MATCH ? AND contact_text.rowid BETWEEN ? AND ? ORDER BY contact_text.rank LIMIT {CANDIDATES}"
)
_STANDS_IN = "instr(s.{}, ?) > 0"
_ADDRESS = (
    "s.contact_id IN (SELECT p.contact_id FROM contact_point AS p"
    " WHERE p.workspace_id = ? AND p.kind = 'email' AND p.norm BETWEEN ? AND ? LIMIT {})"
)
_LATELY = f"(SELECT MAX(m.number) - {LATELY} FROM contact_search AS m WHERE m.workspace_id = ?{{}})"  # noqa: S608 - our own words
_LIKE = "s.{} LIKE ? ESCAPE '!'"
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
    columns = {"fold": folded, "digits": digits, "unpaired": ContactSearch.unpaired + 1}
    changed = ContactSearch.update(columns).where(ContactSearch.contact == contact.id).execute()
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
    return load(_best(text, limit), limit)


def load(ids: Sequence[Id], limit: int) -> list[Contact]:
    """The contacts of these ids, at most `limit`, in this order."""
    if not ids:
        return []
    ids = list(ids)
    found = {one.id: one for one in _people(ids=ids[:limit])}
    return [found[contact_id] for contact_id in ids if contact_id in found]


@prepared
def _people(ids: Any) -> Any:
    return Contact.select().where(Contact.id.in_(ids))


def sharing_by_rank(pieces: Sequence[str]) -> list[Hit]:
    """On SQLite, those of whom search keeps most of these three letters each, rare ones weighing more."""
    match = "fold : (" + " OR ".join(f'"{_quoted(piece)}"' for piece in pieces) + ")"
    return _ask(_SHARING, [match, *_range()])


def sharing_by_likeness(text: str, pieces: Sequence[str]) -> list[Hit]:
    """On PostgreSQL, those with any of these three letters, the words of a name most like the text's first."""
    any_of = " OR ".join([_LIKE.format("fold")] * len(pieces))
    condition = f"({any_of}) ORDER BY word_similarity(?, s.fold) DESC LIMIT {CANDIDATES}"
    return _ask(f"{_FOUND} contact_search AS s {_HERE} {condition}", [*(f"%{_escaped(one)}%" for one in pieces), text])


def ids_matching(text: str) -> list[Id]:
    """Ids of up to 200 contacts that `text` means, for a list's filter."""
    return _best(text, CANDIDATES)


class Hit(NamedTuple):
    """Somebody search speaks of: the folded words, the name on the first line, and when they were last touched."""

    contact_id: Id
    words: str
    touched_at: int


def _best(text: str, limit: int) -> list[Id]:
    # Nobody remembers more than that, and a statement has room for so many conditions. Neither database takes a NUL.
    folded = fold(text.replace("\x00", ""))[:LETTERS].strip()
    if not folded:
        return []
    number = _as_number(text)[:LETTERS]
    hits = _by_digits(number) if number else []
    # Whose whole name it is may be no newcomer, where many have names that go on.
    begin = [*_called(folded, limit), *_beginning(folded, limit)]
    hits = [*hits, *begin]
    # Parts of a number that stand anywhere by themselves are no number.
    is_whole = not number or " " not in folded
    if len({hit.contact_id for hit in begin}) < limit and is_whole:
        hits += _by_trigrams(folded) if len(folded) >= 3 else _by_word(folded)
    one_each = {hit.contact_id: hit for hit in hits}.values()
    ordered = sorted(one_each, key=lambda hit: (_rank(folded, hit.words), -hit.touched_at))
    return [hit.contact_id for hit in ordered[:limit]]


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


def _by_trigrams(folded: str) -> list[Hit]:
    """Those with the whole text; where they are fewer than five, those with each of its words too."""
    words = [word for word in folded.split() if len(word) >= 3]
    if " " not in folded or not words:
        return _matching("fold", [folded])
    hits = _matching("fold", words)
    # Who has the text whole has each of its words: unless there were too many to bring, they are among these.
    is_all = len(hits) < CANDIDATES
    whole = [hit for hit in hits if folded in hit.words] if is_all else _matching("fold", [folded])
    return whole if len(whole) >= 5 else [*whole, *hits]


def _by_word(folded: str) -> list[Hit]:
    """Those with a further word that begins with one or two letters. Two and the blank before them are three; of one
    letter those who came lately are looked through, since nothing leads to it.
    """
    if len(folded) == 2:
        return _matching("fold", [f" {folded}"])
    within, here = ("", []) if is_postgres() else (" AND m.number BETWEEN ? AND ?", [*_range()])
    mine = IdField().db_value(current_workspace_id())
    since = _LATELY.format(within)
    return _read(f"s.number > {since} AND {_LIKE.format('fold')}", [mine, *here, f"% {_escaped(folded)}%"])


def _by_digits(number: str) -> list[Hit]:
    return _matching("digits", [number])


def _matching(column: str, texts: Sequence[str]) -> list[Hit]:
    """Those in whose column stands each of the texts, which have three letters or more."""
    if is_postgres():
        return _read(" AND ".join([_LIKE.format(column)] * len(texts)), [f"%{_escaped(text)}%" for text in texts])
    match = " AND ".join(f'{column} : "{_quoted(piece)}"' for text in texts for piece in _pieces(text))
    whole = " AND ".join([_STANDS_IN.format(column)] * len(texts))
    return _ask(_FULL_TEXT.format(whole), [match, *_range(), *texts])


def _pieces(text: str) -> list[str]:
    """Three letters each that cover the text: a third of the lists a phrase would go through, letter by letter.

    Who has them all may have them elsewhere, so the text itself is looked for in those few (measured: half the time).
    """
    return [text[start : start + 3] for start in (*range(0, len(text) - 3, 3), len(text) - 3)]


def _beginning(folded: str, limit: int) -> list[Hit]:
    """Those who stand before everyone else: whose name begins so, and behind them whose address does.

    Where these are enough nobody else is looked for. One word of three letters and more begins so many names that
    putting them in order costs more than looking for those who have it anywhere.
    """
    if len(folded) < 3:
        return _starting(folded, CANDIDATES)
    if " " in folded:
        return _starting(folded, 2 * limit)
    if not is_postgres() and any(sign in folded for sign in ".@"):
        mine = IdField().db_value(current_workspace_id())
        there = _ADDRESS.format(2 * limit)
        return [*_starting(folded, 2 * limit), *_read(there, [mine, *_range_of(folded)], 2 * limit)]
    return []


def _called(folded: str, most: int) -> list[Hit]:
    """Those whose name it is, whole."""
    line = f"{folded}\n"
    if is_postgres():
        return _read(f"(s.fold = ? OR {_LIKE.format('fold')})", [folded, f"{_escaped(line)}%"], most)
    return _read("(s.fold = ? OR s.fold BETWEEN ? AND ?)", [folded, *_range_of(line)], most)


def _starting(folded: str, most: int) -> list[Hit]:
    """Those whose name begins so, by the index."""
    if is_postgres():
        return _read(_LIKE.format("fold"), [f"{_escaped(folded)}%"], most)
    # LIKE cannot use SQLite's index, a range of its binary order can.
    return _read(f"s.fold BETWEEN ? AND ? LIMIT {BEGINNING}", _range_of(folded), most)


def _range_of(folded: str) -> list[str]:
    return [folded, folded + "\U0010ffff"]


def _read(condition: str, values: Sequence[Any], most: int = CANDIDATES) -> list[Hit]:
    """The newest of whom the condition holds; chosen by the index alone, before anything is read of them."""
    newest = f"SELECT s.number FROM contact_search AS s WHERE s.workspace_id = ? AND {condition}"  # noqa: S608
    newest = f"SELECT s.number FROM ({newest}) AS s" if " LIMIT " in condition else newest  # noqa: S608
    newest += f" ORDER BY s.number DESC LIMIT {most}"
    mine = IdField().db_value(current_workspace_id())
    return _ask(f"{_FOUND} contact_search AS s {_HERE} s.number IN ({newest})", [mine, *values])


def _ask(text: str, values: Sequence[Any]) -> list[Hit]:
    mine = IdField().db_value(current_workspace_id())
    rows = database.execute_sql(text.replace("?", "%s") if is_postgres() else text, (mine, mine, *values)).fetchall()
    return [Hit(_id(contact_id), words, touched_at) for contact_id, words, touched_at in rows]


def _rank(folded: str, words: str) -> int:
    name = words.split("\n", 1)[0]
    if name == folded:
        return 0
    if name.startswith(folded):
        return 1
    return 2 if f" {folded}" in words or f"\n{folded}" in words else 3


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _escaped(text: str) -> str:
    """The text as LIKE means it."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _id(value: Any) -> Id:
    return value if isinstance(value, Id) else Id(bytes=bytes(value))
