"""Deleting a contact for good: asked with the counts before one's eyes, taken back for 72 hours, then carried out.

Every room's answer in `personal_data` says what becomes of its tables; this file walks them. Each step commits by
itself with its mark, so that a worker that was killed is followed by one that goes on.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from omni.contacts import actions as contacts
from omni.contacts import queries as contact_queries
from omni.core import actors, audit, changes, clock, folder, walls
from omni.core.actors import Actor
from omni.core.database import transaction
from omni.core.faults import Gone, Stale
from omni.core.fields import SealedField
from omni.core.ids import Id
from omni.core.personal_data import Erase, TableAnswer, personal_columns
from omni.core.points import point
from omni.core.tenancy import Reason, cross_tenant, current_workspace_id, take_turns
from omni.core.words import _, lazy
from omni.privacy import queries
from omni.privacy.models import Erasure, ErasureStep, ExportJob, ExportScope, ExportState, Step

CHANGED = lazy("Something came in or was changed since. Look at the counts again.")
TOO_LATE = lazy("The time to take it back is over. What was known of them is being deleted.")
BLANKED = frozenset({Erase.SCRUB, Erase.ANONYMISE, Erase.TOMBSTONE})


@dataclass(frozen=True)
class Line:
    """One table of a plan: how many of its rows say something of the person, what becomes of them, and why they are."""

    answer: TableAnswer
    rows: int

    @property
    def table(self) -> str:
        return str(self.answer.model._meta.table_name)

    @property
    def room(self) -> str:
        """The room it lies in, by its name in the code."""
        return str(self.answer.model.__module__).split(".")[1]


def plan(contact_id: Id) -> list[Line]:
    """What deleting this contact would reach, table by table; tables that say nothing of them are left out."""
    people = [each.id for each in contact_queries.list_one_person(contact_id)]
    found = [Line(answer, sum(_rows(answer, each).count() for each in people)) for answer in queries.about_contacts()]
    return [line for line in found if line.rows]


def fingerprint(lines: list[Line]) -> str:
    """What a preview showed, so that nothing else is agreed to."""
    text = json.dumps({line.table: line.rows for line in lines}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def lines_of(counts: dict[str, int]) -> list[Line]:
    """What a receipt counted, with the reasons the tables had."""
    known = {answer.model._meta.table_name: answer for answer in queries.about_contacts()}
    return [Line(answer, counts[table]) for table, answer in known.items() if table in counts]


# -- asked, and taken back ---------------------------------------------------------------------------------------------


def ask_erasure(contact: Any, *, shown: str, by: Any) -> Erasure:
    """Hide the contact at once, and delete them in 72 hours. Raises: Stale when the preview is no longer true."""
    with transaction():
        take_turns("erasure")
        known = queries.find_erasure(contact.id)
        if known:
            return known
        lines = plan(contact.id)
        if fingerprint(lines) != shown:
            raise Stale(words=CHANGED.key)
        brings_back = contact.put_away_at is None
        contacts.begin_erasing(contact, by=by)
        erasure = Erasure.create(
            subject=contact.id,
            asked_by=by.id,
            counts={line.table: line.rows for line in lines},
            brings_back=brings_back,
        )
        audit.record("contact.erasure_asked", erasure, by=by.actor)
    return erasure


def take_back(erasure: Erasure, *, by: Any) -> None:
    """Keep the contact after all; a second time changes nothing. Raises: Gone once it is being carried out."""
    with transaction():
        # Asked in the write itself: the job may begin in this very moment.
        pending = Erasure.taken_back_at.is_null() & Erasure.begun_at.is_null()
        if not Erasure.update(taken_back_at=clock.now()).where(Erasure.id == erasure.id, pending).execute():
            if Erasure.get_by_id(erasure.id).taken_back_at is None:
                raise Gone(TOO_LATE.key)
            return
        contact = contact_queries.get_leaving(erasure.subject)
        contacts.end_erasing(contact, brings_back=erasure.brings_back, by=by)
        audit.record("contact.erasure_taken_back", erasure, by=by.actor)


# -- carried out -------------------------------------------------------------------------------------------------------


def carry_out(erasure_id: Id) -> None:
    """Nothing of the contact is left but what has to stay. Killed midway, the next worker goes on at the next step."""
    erasure = Erasure.get_or_none(Erasure.id == erasure_id)
    if erasure is None or not _begin(erasure):
        return
    for step, do in STEPS.items():
        with transaction():
            _hold(erasure)
            if queries.find_step(erasure, step) is None:
                ErasureStep.create(erasure=erasure, step=step, detail=do(erasure))
        point(f"erasure.{step}")


def _begin(erasure: Erasure) -> bool:
    """Whether it is carried out from here on; False when it was taken back, is done, or has time left."""
    now = clock.now()
    with transaction():
        Erasure.update(begun_at=now).where(
            Erasure.id == erasure.id,
            Erasure.taken_back_at.is_null(),
            Erasure.begun_at.is_null(),
            Erasure.due_at <= now,
        ).execute()
    fresh = Erasure.get_by_id(erasure.id)
    return fresh.begun_at is not None and fresh.done_at is None


def _hold(erasure: Erasure) -> None:
    """Of two workers at one step the second waits, and finds it done."""
    Erasure.update(begun_at=Erasure.begun_at).where(Erasure.id == erasure.id).execute()


def _end_work(erasure: Erasure) -> dict[str, Any]:
    contacts.stop_everything(_people(erasure), by=_by(erasure))
    return {}


def _erase_rows(erasure: Erasure) -> dict[str, Any]:
    """All or nothing: every room's rows, the addresses' hashes, and which files go next."""
    people = _people(erasure)
    alone = contacts.addresses_alone(people)
    files: list[str] = []
    counts: Counter[str] = Counter()
    for contact in contact_queries.list_one_person(erasure.subject):
        names = (contact.display_name, contact.given_name, contact.nickname)
        changes.strike(contact.id, names, _("Erased person"))
    # The rooms above first: what leans on a row goes before it.
    for answer in reversed(queries.about_contacts()):
        for contact_id in people:
            files += _files(answer, contact_id)
            counts[answer.model._meta.table_name] += _erase(answer, contact_id)
    contacts.never_write_again(alone, by=_by(erasure))
    return {
        "counts": {table: rows for table, rows in counts.items() if rows},
        "files": files,
        "stopped": len({norm for _channel, norm in alone}),
    }


def _remove_files(erasure: Erasure) -> dict[str, Any]:
    """The files of their rows, and every export of the workspace that may tell of them."""
    done = queries.find_step(erasure, Step.ROWS)
    telling = ExportJob.select().where(ExportJob.scope == ExportScope.WORKSPACE, ExportJob.state.in_(_ALIVE))
    exports = list(telling)
    names = [*(done.detail["files"] if done else []), *(name for job in exports for name in job.files)]
    for name in names:
        folder.path(name).unlink(missing_ok=True)
    ExportJob.update(state=ExportState.CANCELLED).where(ExportJob.id.in_([job.id for job in exports])).execute()
    return {"exports": len(exports)}


def _write_receipt(erasure: Erasure) -> dict[str, Any]:
    rows, files = (queries.find_step(erasure, step) for step in (Step.ROWS, Step.FILES))
    found = (rows.detail if rows else {}) | (files.detail if files else {})
    receipt = {name: found[name] for name in ("counts", "stopped", "exports")} | {"files": len(found["files"])}
    Erasure.update(done_at=clock.now(), receipt=receipt).where(Erasure.id == erasure.id).execute()
    audit.record("contact.erased", erasure, by=_by(erasure))
    return {}


STEPS = {Step.WORK: _end_work, Step.ROWS: _erase_rows, Step.FILES: _remove_files, Step.RECEIPT: _write_receipt}
_ALIVE = (ExportState.WAITING, ExportState.RUNNING, ExportState.DONE)


# -- one table ---------------------------------------------------------------------------------------------------------


def _erase(answer: TableAnswer, contact_id: Id) -> int:
    """Do with a table's rows of this contact what its answer says; how many there were."""
    found = int(_rows(answer, contact_id).count())
    if answer.erase is Erase.DELETE:
        _wipe(answer, contact_id)
        answer.model.delete().where(answer.model.id.in_(_ids(answer, contact_id))).execute()
    elif answer.erase in BLANKED:
        _blank(answer, contact_id)
        _wipe(answer, contact_id)
    return found


def _wipe(answer: TableAnswer, contact_id: Id) -> None:
    if answer.wipe:
        answer.wipe(contact_id)


def _blank(answer: TableAnswer, contact_id: Id) -> None:
    """Empty every column that says something of somebody."""
    columns = personal_columns(answer.model)
    plain = {column.name: _nothing(column) for column in columns if column.null or not isinstance(column, SealedField)}
    if plain:
        _write(answer.model, plain, _ids(answer, contact_id))
    sealed = [column.name for column in columns if column.name not in plain]
    for row in _rows(answer, contact_id) if sealed else ():
        for name in sealed:
            setattr(row, name, "")
        row.save()


def _write(model: Any, columns: dict[str, Any], ids: Any) -> None:
    """Change rows, also those that are otherwise written once: erasing words is what may be done to them."""
    if model._meta.table_name not in walls.APPEND_ONLY:
        model.update(columns).where(model.id.in_(ids)).execute()
        return
    workspace = current_workspace_id()
    with cross_tenant(Reason.PURGE):
        model.update(columns).where(model.workspace == workspace, model.id.in_(ids)).execute()


def _nothing(column: Any) -> Any:
    if column.null:
        return None
    default = column.default() if callable(column.default) else column.default
    return "" if default is None else default


def _rows(answer: TableAnswer, contact_id: Id) -> Any:
    assert answer.locate is not None  # noqa: S101 - `about_contacts` asked
    return answer.locate(contact_id)


def _ids(answer: TableAnswer, contact_id: Id) -> Any:
    return _rows(answer, contact_id).select(answer.model.id)


def _files(answer: TableAnswer, contact_id: Id) -> list[str]:
    rows = _rows(answer, contact_id) if answer.files else ()
    return [name for row in rows for name in (answer.files(row) if answer.files else ())]


def _people(erasure: Erasure) -> list[Id]:
    return [each.id for each in contact_queries.list_one_person(erasure.subject)]


def _by(erasure: Erasure) -> Actor:
    return actors.teammate(erasure.asked_by)
