"""What can go wrong in a way that a person is told about. `web` turns each into its page and its fragment.

A fault carries a key and values, never a finished sentence: it is worded when read (`core.words`).
"""

from typing import Any


class Fault(Exception):
    """A refusal that a person can understand.

    `words` is the English sentence with named values, which is also its key in the catalogs.
    """

    def __init__(self, words: str = "", **values: Any) -> None:
        super().__init__(words)
        self.words = words
        self.values = values


class NotFound(Fault):
    """404: there is no such thing in this workspace."""


class NotAllowed(Fault):
    """403: the thing is ours, the right is missing."""


class Stale(Fault):
    """409: somebody changed the row first. `fresh` is the row as it now stands."""

    def __init__(self, fresh: Any = None, words: str = "", **values: Any) -> None:
        super().__init__(words, **values)
        self.fresh = fresh


class Gone(Fault):
    """410: a link that was used, has expired or was retired."""


class TooLarge(Fault):
    """413: the body is larger than this address takes."""


class Invalid(Fault):
    """422: `faults` names each field and what would be right for it."""

    def __init__(self, words: str = "", faults: dict[str, str] | None = None, **values: Any) -> None:
        super().__init__(words, **values)
        self.faults = faults or {}


class TooMany(Fault):
    """429: try again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int, words: str = "", **values: Any) -> None:
        super().__init__(words, **values)
        self.retry_after_s = retry_after_s


class Away(Fault):
    """503: the database, or a part that this act needs, does not answer."""
