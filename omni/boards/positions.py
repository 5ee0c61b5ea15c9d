"""Order without renumbering: text keys between which there is always room for another.

Keys compare by their bytes (`COLLATE "C"` on PostgreSQL). Source: D. Greenspan, "Implementing Fractional Indexing".
"""

from fractional_indexing import generate_key_between, generate_n_keys_between  # type: ignore[import-untyped]


def between(before: str | None, after: str | None) -> str:
    """A key that sorts after `before` and before `after`; None is the end on that side."""
    return str(generate_key_between(before, after))


def spread(before: str | None, after: str | None, count: int) -> list[str]:
    """`count` keys in order, all of them after `before` and before `after`."""
    return list(generate_n_keys_between(before, after, count))
