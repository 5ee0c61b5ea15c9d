"""Pages of contacts, by what they are about; all on one blueprint."""

from omni.contacts.routes import consent, history, households, importing, lists, notes, people, today
from omni.contacts.routes.blueprint import contacts

__all__ = ["consent", "contacts", "history", "households", "importing", "lists", "notes", "people", "today"]
