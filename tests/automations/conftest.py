"""The studio with its two boards, as the boards' own tests have it."""

from tests.boards.conftest import hers, join, juniper, keep, maya, newcomer
from tests.contacts.conftest import bring

__all__ = ["bring", "hers", "join", "juniper", "keep", "maya", "newcomer"]
