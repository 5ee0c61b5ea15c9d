"""One act on many people: at once where a page holds them, else by a job that takes two hundred at a time.

Each chunk is one transaction that also writes how far the job is, so that killed anywhere it goes on where it was. All
chunks share one batch: the act has one Undo. Who is at rest, who belongs to a teammate out of reach, and whom the act
itself refuses, is left out and counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate
from omni.accounts.queries import find_teammate
from omni.contacts import actions, ports, queries
from omni.contacts.doers import actor_of
from omni.contacts.holding import hold
from omni.contacts.kinds import BulkAct, BulkState, Lifecycle
from omni.contacts.many import BulkJob, Counts
from omni.contacts.models import Contact, Tag
from omni.core import changes, clock, ids
from omni.core.actors import ActorKind
from omni.core.changes import Change, ChangeBatch
from omni.core.database import transaction
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id
from omni.core.points import point
from omni.core.policies import Policy, allows
from omni.core.queue import later
from omni.core.words import lazy, marked

AT_ONCE = 200
# A job writes so many in one transaction: others wait for it no longer than a second.
CHUNK = 50
LEASE = timedelta(seconds=120)
# One turn of a worker; what is left goes on with the next bell, so that many people starve nobody.
TURN_S = 240
_ID_BYTES = 16
NO_TAG = lazy("Write the tag.")
NO_SUCH_TAG = lazy("There is no tag of that name.")
NO_OWNER = lazy("Choose a teammate, or nobody.")
NO_STAGE = lazy("Choose a stage that is on a board.")
NOBODY = "none"


@dataclass(frozen=True)
class Deed:
    """An act that is ready to be done: `words` with `values` are its line in History, `do` does it to one contact."""

    act: BulkAct
    value: str
    words: str
    values: Mapping[str, object]
    do: Callable[[Contact], bool]


@dataclass(frozen=True)
class Done:
    """What an act at once came to. No `batch_id`: nothing changed."""

    counts: Counts
    batch_id: Id | None


# What does the next of a job's work in a transaction of its own, and answers how much of it there was.
Piece = Callable[[Counts], int]


class LeaseLost(Exception):
    """Another worker has the job, a person stopped it, or the act was taken back."""


# -- what is to be done ------------------------------------------------------------------------------------------------


def deed_of(act: BulkAct, value: str, *, by: Teammate) -> Deed:
    """The act with what it needs. Raises: Invalid, naming the act's own field."""
    return _DEEDS[act](act, value, by)


def _tag(act: BulkAct, value: str, by: Teammate) -> Deed:
    name = " ".join(value.split())
    if not name:
        raise Invalid(faults={"tag": NO_TAG.key})
    tag = actions.get_or_make_tag(name)
    words = marked("%(count)s people tagged %(tag)s")
    return Deed(act, tag.name, words, {"tag": tag.name}, lambda one: actions.add_tag(one, tag.name, by=by))


def _untag(act: BulkAct, value: str, by: Teammate) -> Deed:
    tag = queries.find_tag(value)
    if tag is None:
        raise Invalid(faults={"tag": NO_SUCH_TAG.key})
    words = marked("%(tag)s taken off %(count)s people")
    return Deed(act, tag.name, words, {"tag": tag.name}, lambda one: _taken_off(one, tag, by))


def _taken_off(contact: Contact, tag: Tag, by: Teammate) -> bool:
    return actions.remove_tag(contact, tag, by=by)


def _owner(act: BulkAct, value: str, by: Teammate) -> Deed:
    if value == NOBODY:
        words = marked("%(count)s people are nobody’s now")
        return Deed(act, value, words, {}, lambda one: actions.set_owner(one, None, by=by))
    owner = find_teammate(_id(value, "owner", NO_OWNER.key))
    if owner is None:
        raise Invalid(faults={"owner": NO_OWNER.key})
    words = marked("%(count)s people given to %(owner)s")
    return Deed(act, value, words, {"owner": owner.name}, lambda one: actions.set_owner(one, owner, by=by))


def _life(act: BulkAct, value: str, by: Teammate) -> Deed:
    try:
        life = Lifecycle(value)
    except ValueError:
        raise Invalid(faults={"life": lazy("Choose one of the list.").key}) from None
    words = marked("%(count)s people are now: %(state)s")
    values = {"state": life.value}
    return Deed(act, value, words, values, lambda one: actions.set_lifecycle(one, life, via="hand", by=by))


def _stage(act: BulkAct, value: str, by: Teammate) -> Deed:
    desk = ports.landing.answer()
    stage_id = _id(value, "stage", NO_STAGE.key)
    landing = desk() if desk else None
    names = {stage.id: stage.name for board in (landing.boards if landing else ()) for stage in board.stages}
    if landing is None or stage_id not in names:
        raise Invalid(faults={"stage": NO_STAGE.key})
    words = marked("%(count)s people moved to %(stage)s")
    return Deed(act, value, words, {"stage": names[stage_id]}, lambda one: landing.put(one, stage_id, by=by))


def _away(act: BulkAct, value: str, by: Teammate) -> Deed:
    return Deed(act, value, marked("%(count)s people put away"), {}, lambda one: bool(actions.put_away(one, by=by)))


_DEEDS: Mapping[BulkAct, Callable[[BulkAct, str, Teammate], Deed]] = {
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _untag,
    BulkAct.OWNER: _owner,
    BulkAct.LIFE: _life,
    BulkAct.STAGE: _stage,
    BulkAct.AWAY: _away,
}


def _id(text: str, field: str, words: str) -> Id:
    try:
        return ids.decode(text)
    except ValueError:
        raise Invalid(faults={field: words}) from None


# -- at once -----------------------------------------------------------------------------------------------------------


def do_now(deed: Deed, contact_ids: Sequence[Id], *, by: Teammate) -> Done:
    """Do it to these people, at most 200, in one transaction with one Undo."""
    counts = Counts()
    values: dict[str, Any] = {**deed.values, "count": len(contact_ids)}
    with transaction(), changes.batch("bulk", deed.words, by=actor_of(by), **values) as batch:
        _each(deed, contact_ids, by, counts)
        _settle(batch.id, deed, counts)
    return Done(counts, batch.id if counts.changed else None)


def _settle(batch_id: Id, deed: Deed, counts: Counts) -> None:
    """Let History tell how many changed; an act that changed nobody has no line there."""
    if counts.changed:
        values = {**deed.values, "count": counts.changed}
        ChangeBatch.update(values=changes.plain(values)).where(ChangeBatch.id == batch_id).execute()
    else:
        ChangeBatch.delete().where(ChangeBatch.id == batch_id).execute()


def _each(deed: Deed, contact_ids: Sequence[Id], by: Teammate, counts: Counts) -> int:
    """Do it to these people; how many have been seen to."""
    found = hold(contact_ids)
    reach = allows(by.role, Policy.MOVE_CARDS if deed.act is BulkAct.STAGE else Policy.EDIT_CONTACTS)
    for contact_id in contact_ids:
        contact = found.get(contact_id)
        if contact is None or not contact.is_here or contact.put_away_at is not None:
            counts.gone += 1
        elif contact.is_restricted:
            counts.resting += 1
        elif not reach.covers(contact.owner_id, by.id):
            counts.others += 1
        else:
            _one(deed, contact, counts)
    return len(contact_ids)


def _one(deed: Deed, contact: Contact, counts: Counts) -> None:
    try:
        with transaction():
            is_changed = deed.do(contact)
    except (Invalid, NotFound):
        # Somebody who was never a member cannot be a former one; a stage may ask for what nobody said.
        counts.refused += 1
        return
    counts.changed += is_changed
    counts.same += not is_changed


# -- by a job ----------------------------------------------------------------------------------------------------------


def freeze(deed: Deed, contact_ids: Sequence[Id], *, by: Teammate, back: str) -> BulkJob:
    """Make the job for these people as they were chosen; whoever fits later is not among them."""
    with transaction():
        actor = actor_of(by)
        values = changes.plain({**deed.values, "count": len(contact_ids)})
        batch = ChangeBatch.create(
            kind="bulk", words=deed.words, values=values, by_kind=ActorKind.TEAMMATE, by_id=actor.id
        )
        job = BulkJob.create(
            act=deed.act,
            value=deed.value,
            contact_ids=b"".join(one.bytes for one in sorted(contact_ids, key=lambda one: one.int)),
            total=len(contact_ids),
            counts=asdict(Counts()),
            batch_id=batch.id,
            back=back,
            by=by.id,
        )
        later("contacts.bulk", job_id=job.id)
    return job


def stop(job: BulkJob) -> bool:
    """End the job behind the people it is at; False when it is over already, or takes an act back: half of that is
    nothing anybody wants."""
    return job.act is not BulkAct.UNDO and _end(job.id, BulkState.STOPPED)


def run(job_id: Id, taking_back: Callable[[BulkJob, Teammate], Iterable[Piece]]) -> None:
    """Claim the job and work on it, until it is done, stopped, or this turn is over; `taking_back` cuts the job of an
    undo into pieces."""
    if not _claim(job_id):
        return
    point("bulk.claimed")
    job: BulkJob = BulkJob.select().where(BulkJob.id == job_id).get()
    by: Teammate = Teammate.select().where(Teammate.id == job.by_id).get()
    try:
        is_over = _work(job, (taking_back if job.act is BulkAct.UNDO else _pieces)(job, by))
    except (Invalid, NotFound):
        # What was to be given went meanwhile, the tag or the teammate; or what was to be taken back grew too old.
        _end(job_id, BulkState.STOPPED)
        return
    except LeaseLost:
        return
    if is_over:
        _end(job_id, BulkState.DONE)
    else:
        _hand_on(job)


def _claim(job_id: Id) -> bool:
    now = clock.now()
    free = BulkJob.lease_until.is_null() | (BulkJob.lease_until < now)
    with transaction():
        claimed = BulkJob.update(lease_until=now + LEASE).where(
            BulkJob.id == job_id, BulkJob.state == BulkState.RUNNING, free
        )
        return bool(claimed.execute())


def _work(job: BulkJob, pieces: Iterable[Piece]) -> bool:
    """Piece after piece; whether all have been seen to."""
    until = time.monotonic() + TURN_S
    for piece in pieces:
        with _going_on(job):
            counts = Counts(**job.counts)
            job.position += piece(counts)
            job.counts = asdict(counts)
            point("bulk.chunk_written")
            BulkJob.update(position=job.position, counts=job.counts).where(BulkJob.id == job.id).execute()
        point("bulk.chunk_committed")
        if time.monotonic() > until:
            return bool(job.position >= job.total)
    return True


def _pieces(job: BulkJob, by: Teammate) -> Iterator[Piece]:
    """The people who are left, some at a time. Raises: Invalid when what was to be given went meanwhile."""
    deed, frozen = deed_of(job.act, job.value, by=by), bytes(job.contact_ids)
    for at in range(job.position * _ID_BYTES, len(frozen), CHUNK * _ID_BYTES):
        some = frozen[at : at + CHUNK * _ID_BYTES]
        people = [Id(bytes=some[n : n + _ID_BYTES]) for n in range(0, len(some), _ID_BYTES)]
        yield partial(_each, deed, people, by)


@contextmanager
def _going_on(job: BulkJob) -> Iterator[None]:
    """One chunk: the lease renewed, the batch of the act open again and not taken back. Raises LeaseLost."""
    with transaction():
        _renew(job)
        untaken = (ChangeBatch.id == job.batch_id) & ChangeBatch.undone_by.is_null()
        # Written, so that who takes the act back at this moment waits for this chunk, or this chunk for them.
        if not ChangeBatch.update(undone_by=None).where(untaken).execute():
            _end(job.id, BulkState.STOPPED)
            taken_back = True
        else:
            taken_back = False
            batch = ChangeBatch.select().where(ChangeBatch.id == job.batch_id).get()
            last = Change.select(fn.MAX(Change.n)).where(Change.batch == batch.id).scalar()
            with changes.resume(batch, at=0 if last is None else last + 1):
                yield
    if taken_back:
        raise LeaseLost


def _renew(job: BulkJob) -> None:
    """Hold the job for another two minutes. Raises LeaseLost."""
    until = clock.now() + LEASE
    mine = (BulkJob.id == job.id) & (BulkJob.state == BulkState.RUNNING) & (BulkJob.lease_until == job.lease_until)
    if not BulkJob.update(lease_until=until).where(mine).execute():
        raise LeaseLost
    job.lease_until = until


def _end(job_id: Id, state: BulkState) -> bool:
    """Close the job: whom it was about is let go, and History tells how many changed."""
    with transaction():
        ended = BulkJob.update(state=state, finished_at=clock.now(), lease_until=None, contact_ids=b"").where(
            BulkJob.id == job_id, BulkJob.state == BulkState.RUNNING
        )
        if not ended.execute():
            return False
        job: BulkJob = BulkJob.select().where(BulkJob.id == job_id).get()
        batch = ChangeBatch.select().where(ChangeBatch.id == job.batch_id).first()
        if batch is not None and job.counts["changed"] and job.act is not BulkAct.UNDO:
            told = {**batch.values, "count": job.counts["changed"]}
            ChangeBatch.update(values=told).where(ChangeBatch.id == batch.id).execute()
        elif batch is not None and batch.undone_by is None and job.act is not BulkAct.UNDO:
            ChangeBatch.delete().where(ChangeBatch.id == batch.id).execute()
    return True


def _hand_on(job: BulkJob) -> None:
    with transaction():
        mine = (BulkJob.id == job.id) & (BulkJob.lease_until == job.lease_until)
        BulkJob.update(lease_until=None).where(mine).execute()
        later("contacts.bulk", job_id=job.id)


def get_job(job_id: Id, *, by: Teammate) -> BulkJob:
    """The teammate's own job; another's is none. Raises NotFound."""
    found: BulkJob | None = BulkJob.select().where(BulkJob.id == job_id, BulkJob.by == by.id).first()
    if found is None:
        raise NotFound
    return found


def runnable() -> Any:
    """(workspace, job) of bulk jobs that run and that no worker holds. Runs in sweeping()."""
    free = BulkJob.lease_until.is_null() | (BulkJob.lease_until < clock.now())
    return BulkJob.select(BulkJob.workspace, BulkJob.id).where(BulkJob.state == BulkState.RUNNING, free).tuples()
