"""The inbox itself: who waits, every other conversation, and whom to write to."""

from flask import Response, request

from omni.contacts import queries as contacts
from omni.contacts.kinds import PointKind
from omni.core.policies import Policy
from omni.messaging import pages
from omni.messaging.forms import NewTextForm
from omni.messaging.routes.blueprint import id_in, inbox
from omni.messaging.routes.drawing import list_beside
from omni.web.access import allow
from omni.web.respond import render


@inbox.get("/inbox")
@allow(Policy.VIEW_CONTACTS, queries=16)
def index() -> Response:
    """Who waits for an answer, and every other conversation."""
    return render("messaging/index.html", **list_beside(None))


@inbox.get("/inbox/rows")
@allow(Policy.VIEW_CONTACTS, queries=16, is_poll=True, statuses={204})
def rows() -> Response:
    """The list anew, where something in it changed."""
    context = list_beside(id_in(request.args.get("chosen")))
    if context["mark"] == request.args.get("mark"):
        return Response(status=204)
    return render("messaging/index.html", fragment="messaging/_rows.html", **context)


@inbox.get("/inbox/new")
@allow(Policy.SEND_TEXTS)
def new() -> Response:
    """Whom to write to."""
    form = NewTextForm.of(request, data={"q": request.args.get("q", "")})
    words = (form.q.data or "").strip()
    found = contacts.search_contacts(words, limit=10) if words else []
    points = contacts.primary_points([one.id for one in found], PointKind.PHONE)
    return render("messaging/new.html", form=form, words=words, found=found, points=points, show=pages.phone_shown)
