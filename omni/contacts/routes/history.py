"""What was done in the last 30 days, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from omni.contacts import long_undo, queries, undo, wording
from omni.contacts.doers import actor_of
from omni.contacts.routes.blueprint import contacts
from omni.contacts.routes.bulk import job_url, show_job, taken_back
from omni.core import ids
from omni.core.actors import ActorKind
from omni.core.changes import ChangeBatch
from omni.core.faults import NotAllowed
from omni.core.ids import Id
from omni.core.policies import Policy, Reach
from omni.core.words import _, lazy
from omni.web.access import NOT_YOURS, allow, can
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

PAGE = 30
ONLY_LEADS = lazy("An import is taken back by a manager, admin or owner.")


@contacts.get("/history")
@allow(Policy.VIEW_CONTACTS)
def history() -> Response:
    """Every act that can be taken back, newest first."""
    return show_history()


def show_history() -> Response:
    after = request.args.get("after", "")
    batches = undo.list_batches(after=_id(after), limit=PAGE + 1)
    more = ids.encode(batches[PAGE - 1].id) if len(batches) > PAGE else ""
    batches = batches[:PAGE]
    names = queries.names_of({batch.by_id for batch in batches if batch.by_kind is ActorKind.TEAMMATE and batch.by_id})
    return render(
        "contacts/history.html",
        fragment="contacts/_history_rows.html",
        batches=batches,
        names=names,
        more=more,
        sentence=wording.batch_sentence,
        when=wording.when,
        may_undo=_may_undo,
    )


@contacts.post("/history/<id:batch_id>/undo")
@allow(Policy.EDIT_CONTACTS, queries=100_000, statuses={410})
def take_back(batch_id: Id) -> Response:
    """Take one act back, and say what was left; a long one by a job."""
    batch = undo.get_batch(batch_id)
    if not _may_undo(batch):
        raise NotAllowed(ONLY_LEADS.key if batch.kind == "import" else NOT_YOURS.key)
    if long_undo.is_long(batch):
        job = long_undo.begin(batch, by=current_teammate())
        return respond(page=show_job, then=job_url(job), job=job)
    result = undo.undo(batch, by=current_teammate())
    return respond(page=show_history, then="/history", toast=Toast(_said(result)))


def _said(result: undo.Undone) -> str:
    if result.stayed:
        kept = ", ".join(wording.rows_of(table, count) for table, count in result.stayed.items())
        return _("Taken apart again. What came since stays where it is: %(rows)s", rows=kept)
    names = queries.names_of(result.since).values() if result.since else ()
    return taken_back(result.restored, len(result.left), map(wording.first_name, names))


def _may_undo(batch: ChangeBatch) -> bool:
    """Whether this teammate may take the act back: an import needs its right, others' acts a manager's."""
    if undo.kind_of(batch) == "import":
        return bool(can(Policy.IMPORT))
    if undo.kind_of(batch) == "merge":
        return bool(can(Policy.MERGE))
    if undo.kind_of(batch) == "board":
        return bool(can(Policy.EDIT_BOARDS))
    reach = can(Policy.EDIT_CONTACTS)
    if reach is Reach.OWN:
        me = actor_of(current_teammate())
        return (batch.by_kind, batch.by_id) == (me.kind, me.id)
    return bool(reach)


def _id(text: str) -> Any:
    try:
        return ids.decode(text)
    except ValueError:
        return None
