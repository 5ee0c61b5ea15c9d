"""Pages of contacts, by what they are about; all on one blueprint."""

from omni.contacts.routes import (
    away,
    calls,
    consent,
    facts,
    fields,
    history,
    households,
    import_wizard,
    importing,
    lists,
    merging,
    notes,
    one_by_one,
    people,
    snoozing,
    today,
)
from omni.contacts.routes.blueprint import contacts

__all__ = [
    "away",
    "calls",
    "consent",
    "contacts",
    "facts",
    "fields",
    "history",
    "households",
    "import_wizard",
    "importing",
    "lists",
    "merging",
    "notes",
    "one_by_one",
    "people",
    "snoozing",
    "today",
]
