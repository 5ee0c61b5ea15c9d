"""Many people at once: those ticked in the list, or everyone who fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from omni.contacts import bulk, forms, wording
from omni.contacts.kinds import BulkAct, BulkState
from omni.contacts.lists import pages, sentences
from omni.contacts.lists.asked import Asked
from omni.contacts.many import BulkJob, Counts
from omni.contacts.models import Contact
from omni.contacts.routes.asking import asked_for, form_for_many, offered
from omni.contacts.routes.blueprint import contacts
from omni.core import ids
from omni.core.changes import ChangeBatch
from omni.core.faults import Invalid
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import _, ngettext
from omni.web.access import allow, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

# What one form may name; everyone who fits is told by the filter instead.
MOST_TICKED = 2_000
# What an address may name.
MOST_NAMED = 100


@contacts.get("/contacts/bulk")
@allow(Policy.EDIT_CONTACTS, queries=16)
def bulk_page() -> Response:
    """What can be done with everyone who fits the address."""
    asked = asked_for()
    return show_bulk(form_for_many(asked), asked, [])


@contacts.post("/contacts/bulk")
@allow(Policy.EDIT_CONTACTS, queries=20_000)
def act_on_many() -> Response:
    """Do it at once, or by a job where they are more than 200; 422 with those ticked kept when something is missing."""
    asked = asked_for()
    form = form_for_many(asked)
    ticked = _ticked()
    chosen = _chosen(asked, ticked)
    if not chosen:
        form.blame("", _("Tick at least one person, or take everyone who fits."))
    elif form.ok:
        try:
            deed = bulk.deed_of(BulkAct(form.act.data), form.value, by=current_teammate())
            return _begin(deed, chosen, asked, form)
        except Invalid as fault:
            form.blame(fault)
    return respond(
        page=lambda form: show_bulk(form, asked, ticked), then=asked.address(), form=form, asked=asked, ticked=ticked
    )


def _begin(deed: bulk.Deed, chosen: Sequence[Id], asked: Asked, form: forms.BulkForm) -> Response:
    if len(chosen) > bulk.AT_ONCE:
        job = bulk.freeze(deed, chosen, by=current_teammate(), back=asked.address())
        return respond(page=show_job, then=job_url(job))
    done = bulk.do_now(deed, chosen, by=current_teammate())
    undo = f"/history/{encode(done.batch_id)}/undo" if done.batch_id else None
    return respond(page=show_job, then=asked.address(), toast=Toast(told(done.counts), undo))


def show_bulk(form: forms.BulkForm, asked: Asked, ticked: Sequence[Id]) -> Response:
    """The page for those ticked, or for everyone who fits. With a filter that means nothing there is nothing to do."""
    is_all = not ticked
    names = (
        [one.display_name for one in Contact.select().where(Contact.id.in_(list(ticked))).limit(12)] if ticked else []
    )
    return render(
        "contacts/bulk.html",
        status=422 if asked.broken else 200,
        form=form,
        asked=asked,
        ticked=[encode(one) for one in ticked],
        is_all=is_all,
        count=pages.matching(asked).count() if is_all else len(ticked),
        names=names,
        said=[sentences.sentence(one) for one in asked.filters],
        for_many=[] if asked.broken else offered(_named(ticked) if ticked else asked.query),
    )


def _named(ticked: Sequence[Id]) -> str:
    """The query that names those ticked, where an address can hold them."""
    return urlencode([("id", encode(one)) for one in ticked]) if len(ticked) <= MOST_NAMED else ""


def told(counts: Counts) -> str:
    """What became of those chosen, in words."""
    said = [ngettext("%(num)d person changed", "%(num)d people changed", counts.changed)]
    if counts.same:
        said.append(ngettext("%(num)d was so already", "%(num)d were so already", counts.same))
    if counts.resting:
        said.append(
            ngettext("%(num)d is at rest and was left out", "%(num)d are at rest and were left out", counts.resting)
        )
    if counts.others:
        said.append(ngettext("%(num)d is another teammate’s", "%(num)d are other teammates’", counts.others))
    if counts.refused:
        said.append(ngettext("%(num)d cannot be changed so", "%(num)d cannot be changed so", counts.refused))
    if counts.gone:
        said.append(ngettext("%(num)d is not here any more", "%(num)d are not here any more", counts.gone))
    return ", ".join(said)


def taken_back(restored: int, left: int, names: Iterable[str] = ()) -> str:
    """What came of taking an act back, and who changed what was left."""
    said = ngettext("%(num)d thing taken back", "%(num)d things taken back", restored)
    if not left:
        return said
    if who := ", ".join(sorted(names)):
        kept = ngettext(
            "%(num)d changed since by %(who)s and was left",
            "%(num)d changed since by %(who)s and were left",
            left,
            who=who,
        )
    else:
        kept = ngettext("%(num)d changed since and was left", "%(num)d changed since and were left", left)
    return _("%(restored)s, %(left)s", restored=said, left=kept)


@contacts.get("/contacts/bulk/<id:bulk_id>")
@allow(Policy.EDIT_CONTACTS)
def bulk_job(bulk_id: Id) -> Response:
    """How far it is, what came of it, and its Undo."""
    return show_job(_own(bulk_id))


def show_job(job: BulkJob) -> Response:
    return render("contacts/bulk_run.html", **_standing(job))


@contacts.get("/contacts/bulk/<id:bulk_id>/progress")
@allow(Policy.EDIT_CONTACTS, is_poll=True)
def bulk_progress(bulk_id: Id) -> Response:
    """How far it is; the last answer asks no more."""
    return render("contacts/bulk_run.html", fragment="contacts/_bulk_progress.html", **_standing(_own(bulk_id)))


@contacts.post("/contacts/bulk/<id:bulk_id>/stop")
@allow(Policy.EDIT_CONTACTS)
def stop_bulk(bulk_id: Id) -> Response:
    """End it behind the people it is at."""
    job = _own(bulk_id)
    bulk.stop(job)
    return respond(page=show_job, then=job_url(job), toast=Toast(_("Stopped")), job=job)


def _own(bulk_id: Id) -> BulkJob:
    """The teammate's own job. Raises NotFound."""
    return bulk.get_job(bulk_id, by=current_teammate())


def _standing(job: BulkJob) -> dict[str, Any]:
    counts = Counts(**job.counts)
    is_running, is_undo = job.state is BulkState.RUNNING, job.act is BulkAct.UNDO
    can_undo = counts.changed > 0 and not is_running and not is_undo
    words = taken_back(counts.changed, counts.refused) if is_undo else told(counts)
    return {
        "job": job,
        "url": job_url(job),
        "told": words if counts.seen else "",
        "is_running": is_running,
        "is_undo": is_undo,
        "what": _taken_back(job) if is_undo else "",
        "is_stopped": job.state is BulkState.STOPPED,
        "back": safe_next(job.back, "/contacts"),
        "undo_url": f"/history/{encode(job.batch_id)}/undo" if can_undo else "",
    }


def _taken_back(job: BulkJob) -> str:
    """What the job takes back, as History tells it; nothing once that is forgotten."""
    batch = ChangeBatch.select().where(ChangeBatch.id == ids.decode(job.value)).first()
    return wording.batch_sentence(batch.words, batch.values) if batch else ""


def job_url(job: BulkJob) -> str:
    return f"/contacts/bulk/{encode(job.id)}"


def _ticked() -> list[Id]:
    found = []
    for text in dict.fromkeys(request.form.getlist("id")[:MOST_TICKED]):
        try:
            found.append(ids.decode(text))
        except ValueError:
            continue
    return [] if request.form.get("all") else found


def _chosen(asked: Asked, ticked: Sequence[Id]) -> list[Id]:
    """Whom it is about: those ticked who are in the list, or everyone who fits the filter."""
    if request.form.get("all"):
        return [one.id for one in pages.matching(asked).select(Contact.id)]
    return list(ticked)
