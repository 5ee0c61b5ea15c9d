"""Teammates named in a note, as `@Theo` or `@Theo Park`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from omni.contacts.folding import fold
from omni.core.ids import Id


@dataclass(frozen=True)
class Piece:
    """A stretch of a note: words, or the name of a teammate."""

    text: str
    teammate_id: Id | None = None


def read_mentions(body: str, names: Mapping[Id, str]) -> list[Piece]:
    """The note in its pieces: each `@` at the start of a word that names one of these teammates, and the rest.

    The longest name that fits is meant; a first name alone is enough where one teammate bears it.
    """
    known = sorted(_callable(names).items(), key=lambda one: len(one[0]), reverse=True)
    pieces, begun, at = [], 0, body.find("@")
    while at >= 0:
        found = _named_at(body, at, known) if at == 0 or not (body[at - 1].isalnum() or body[at - 1] == "@") else None
        if found:
            end, teammate_id = found
            pieces += [Piece(body[begun:at])] if at > begun else []
            pieces.append(Piece(body[at:end], teammate_id))
            begun = end
        at = body.find("@", (found[0] if found else at + 1))
    return [*pieces, *([Piece(body[begun:])] if begun < len(body) else [])]


def mentioned(body: str, names: Mapping[Id, str]) -> set[Id]:
    """The teammates a note names."""
    return {piece.teammate_id for piece in read_mentions(body, names) if piece.teammate_id}


def _callable(names: Mapping[Id, str]) -> dict[str, Id]:
    """What each teammate may be called, folded; what two may be called names nobody."""
    found: dict[str, Id | None] = {}
    for teammate_id, name in names.items():
        for call in {fold(name), fold(name.split(maxsplit=1)[0]) if name.split() else ""} - {""}:
            found[call] = None if call in found else teammate_id
    return {call: teammate_id for call, teammate_id in found.items() if teammate_id}


def _named_at(body: str, at: int, known: Iterable[tuple[str, Id]]) -> tuple[int, Id] | None:
    """Where the name that begins behind this `@` ends, and whose it is."""
    for call, teammate_id in known:
        # Folding changes lengths ("ß" is "ss"), so each end is tried near the one that would fit.
        for end in range(at + 1 + max(1, len(call) // 2), min(len(body), at + len(call) + 2) + 1):
            if fold(body[at + 1 : end]) == call and not body[end : end + 1].isalnum() and not body[end - 1].isspace():
                return end, teammate_id
    return None
