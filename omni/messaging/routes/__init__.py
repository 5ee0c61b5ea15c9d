"""Pages of the inbox, by what they are about; all on one blueprint."""

from omni.messaging.routes import campaigns, choosing, composing, files, lists, templates, threads, unsure
from omni.messaging.routes.blueprint import inbox

__all__ = ["campaigns", "choosing", "composing", "files", "inbox", "lists", "templates", "threads", "unsure"]
