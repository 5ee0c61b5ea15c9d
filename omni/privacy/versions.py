"""Which version of each document is in force, and the fingerprint of its words.

Changing a clause without a new entry here fails a test, so the day on the policy is never older than its words.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from omni.privacy.clauses import all_clauses
from omni.privacy.terms import TERMS


@dataclass(frozen=True)
class Version:
    """One version of a document: its name, the day it holds from, and what its words hash to."""

    document: str
    number: str
    effective_on: date
    sha256: str


POLICY = Version("policy", "1", date(2026, 11, 22), "6232f43ad884312346f4b36ab2f7bd59c91f457ef5162cfa83f91b0233e60c1e")
TERMS_OF_USE = Version(
    "terms", "1", date(2026, 11, 22), "ca65c15970ca59d0ff8e0f26ac96081c8d2376c677a35ab19dad9ebc57137179"
)


def in_force() -> dict[str, str]:
    """What a person accepts by signing up today (accounts' port `documents`)."""
    return {"terms": TERMS_OF_USE.number, "policy": POLICY.number}


def fingerprint_of_policy() -> str:
    """What the words of the clauses hash to."""
    return _fingerprint([f"{clause.id} {clause.heading} {clause.text}" for clause in all_clauses()])


def fingerprint_of_terms() -> str:
    """What the words of the terms hash to."""
    return _fingerprint([f"{heading} {text}" for heading, text in TERMS])


def _fingerprint(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
