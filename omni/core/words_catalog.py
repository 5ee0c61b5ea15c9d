"""`python app.py words`: every marked sentence into the catalogs, and whether the catalogs are as they should be.

Sentences are taken from Python (`_`, `gettext`, `ngettext`, `lazy`, `marked`) and from templates (jinja2.ext.i18n).
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from omni.core.words import CATALOGS

ROOT = CATALOGS.parent
# The folders that hold sentences, each with who reads it.
SOURCES = {"omni": [("**.py", "python")], "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")]}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "marked": None,
    "ngettext": (1, 2),
}
# The command line, logs and CSV headers stay English (HOUSE, section 10).
OUTSIDE = ("cli.py", "supervisor.py", "bootstrap.py", "config.py", "worker.py", "scheduler.py")
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}
WIDTH = 110

# Lines of the header that would change with the day or the person.
_MOVING = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n',
    re.M,
)
_NAMED = re.compile(r"%\((\w+)\)")


def main(argv: Sequence[str] | None = None) -> int:
    """Update the catalogs, or with `check` say what is wrong with them; the exit status."""
    parser = argparse.ArgumentParser(prog="app.py words", description="Collect sentences into translations/.")
    parser.add_argument("act", nargs="?", choices=["update", "check"], default="update")
    act = parser.parse_args(argv).act
    fresh = extract()
    if act == "update":
        for path in catalogs():
            path.write_bytes(written(updated(path, fresh)))
    faults = [fault for path in catalogs() for fault in check(path, fresh)]
    for fault in faults:
        sys.stderr.write(fault + "\n")
    for path in catalogs():
        done, of = share(path)
        sys.stdout.write(f"{path.parent.name}: {done} of {of} sentences ({100 * done // max(of, 1)} %)\n")
    return 1 if faults else 0


def catalogs(folder: Path = CATALOGS) -> list[Path]:
    """Every catalog there is."""
    return sorted(folder.glob("*/omni.po"))


def extract(root: Path = ROOT) -> Catalog:
    """Every marked sentence of the house, with the files it stands in."""
    fresh = Catalog(project="Omni", charset="utf-8", fuzzy=False)
    for folder, methods in SOURCES.items():
        found = extract_from_dir(
            root / folder, method_map=methods, options_map={"**": JINJA}, keywords=KEYWORDS, comment_tags=("Words:",)
        )
        for file, _line, message, comments, context in sorted(found, key=lambda one: (str(one[0]), one[1])):
            if message and not file.endswith(OUTSIDE):
                fresh.add(message, locations=[(f"{folder}/{file}", 0)], auto_comments=comments, context=context)
    return fresh


def updated(path: Path, fresh: Catalog) -> Catalog:
    """The catalog with exactly the sentences of `fresh`, and the translations it had for them."""
    kept = _read(path)
    kept.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    for message in kept:
        message.locations = sorted({(file, 0) for file, _line in message.locations})
    return kept


def written(catalog: Catalog) -> bytes:
    """The catalog's bytes: the same for the same sentences, whatever line they stand in."""
    catalog.header_comment = f"# Omni in {catalog.locale.english_name if catalog.locale else 'English'}."
    file = io.BytesIO()
    write_po(file, catalog, width=WIDTH, sort_output=True, include_lineno=False, omit_header=False)
    return _MOVING.sub(b"", file.getvalue())


def check(path: Path, fresh: Catalog) -> Iterator[str]:
    """One line for each thing wrong with a catalog."""
    kept = _read(path)
    have, want = {_key(m) for m in kept if m.id}, {_key(m) for m in fresh if m.id}
    for key in sorted(want - have):
        yield f"{path}: lacks {key!r} (make words)"
    for key in sorted(have - want):
        yield f"{path}: nobody says {key!r} any more (make words)"
    for message in kept:
        yield from (f"{path}: {fault}" for fault in _misnamed(message))


def share(path: Path) -> tuple[int, int]:
    """How many sentences have a translation, of how many."""
    messages = [message for message in _read(path) if message.id]
    return sum(1 for message in messages if _translations(message)), len(messages)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name)


def _misnamed(message: Message) -> Iterator[str]:
    wanted = set(_NAMED.findall(" ".join(_forms(message.id))))
    for text in _translations(message):
        named = set(_NAMED.findall(text))
        # A plural may leave the number out ("one contact"), and nothing else.
        if named - wanted or (wanted - named - ({"num"} if message.pluralizable else set())):
            yield f"{text!r} names {sorted(named)}, its key names {sorted(wanted)}"


def _translations(message: Message) -> list[str]:
    return [text for text in _forms(message.string) if text]


def _forms(texts: object) -> list[str]:
    return [texts] if isinstance(texts, str) else [str(text) for text in texts or ()]  # type: ignore[attr-defined]


def _key(message: Message) -> str:
    return _forms(message.id)[0]
