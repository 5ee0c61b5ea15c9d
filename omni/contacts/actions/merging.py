"""Making one contact of two, so that it can be taken apart again for thirty days.

The loser stays as a row out of sight, merged into the winner, with whatever the winner had in its place. What an
address agreed to is kept by the address, so a merge changes no consent; "do not contact" of either is one of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni.contacts import families, merges, ports, search
from omni.contacts.actions.life import join_lives, mend_life
from omni.contacts.actions.timeline import write_line
from omni.contacts.calls import Call
from omni.contacts.carrying import Rows
from omni.contacts.doers import By, actor_of
from omni.contacts.events import ContactsMerged, MergeUndone
from omni.contacts.families import HouseholdMember, Relationship
from omni.contacts.holding import hold
from omni.contacts.kinds import FieldKind, Kind, PairState, Processing
from omni.contacts.models import (
    Activity,
    Contact,
    ContactPoint,
    ContactTag,
    ExternalRef,
    Note,
    Restriction,
)
from omni.contacts.next_actions import plan_anew
from omni.contacts.pairs import DuplicatePair
from omni.contacts.particulars import Attachment, FieldDef, FieldValue, Goal, Mention, Preference
from omni.contacts.ports import Merge
from omni.core import changes, clock, ids
from omni.core.changes import Change, ChangeBatch, Op
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Gone, Invalid, NotFound, Stale
from omni.core.ids import Id
from omni.core.words import lazy

MERGED = lazy("%(loser)s merged into %(winner)s")
ITSELF = lazy("Choose two different people.")
AT_REST = lazy("%(name)s is at rest. Lift the rest first, then merge.")
ALREADY = lazy("These two were merged already.")
DELETED = lazy("One of the two was deleted for good, so they cannot be taken apart any more.")


def merge(
    winner: Contact, loser: Contact, *, picks: Mapping[str, bool], versions: tuple[int, int], by: By
) -> Id | None:
    """Let the loser's everything be the winner's, who says what was picked; the batch that takes it back.

    `picks` says of a thing whether the winner's stays (the others as `merges.picks_of` says). None when they are one
    already. Raises: Invalid for one at rest; Stale when somebody changed one of them first; NotFound.
    """
    if winner.id == loser.id:
        raise Invalid(ITSELF.key)
    with transaction():
        held = hold([winner.id, loser.id])
        if held[loser.id].merged_into_id == winner.id:
            return None
        winner, loser = held[winner.id], held[loser.id]
        _refuse(winner, loser, versions)
        words = {"winner": winner.display_name, "loser": loser.display_name}
        with changes.batch("merge", MERGED.key, by=actor_of(by), **words) as batch:
            columns = merges.merged(winner, loser, picks)
            join_lives(winner, loser, of_winner=picks.get("life", merges.picks_of(winner, loser)["life"]), batch=batch)
            for move in _movers().values():
                move(Merge(winner, loser, batch, by))
            _hide(loser, winner, batch)
            _fill(winner, columns, batch)
            write_line(winner.id, Kind.MERGED, by=by, summary=loser.display_name)
            _settle(winner.id, loser.id)
        publish(ContactsMerged(winner.id, loser.id), by=actor_of(by))
    return batch.id


def tables() -> dict[str, Any]:
    """Every table that follows a merge, with its mover, of this room and those above."""
    return _movers()


def count_moving(winner_id: Id, loser_id: Id) -> dict[str, int]:
    """How many rows of each table would move."""
    found = {}
    for table, mover in tables().items():
        if isinstance(mover, Rows):
            found[table] = len(mover.moving(winner_id, loser_id))
    return found


def sides(batch: ChangeBatch) -> tuple[Id, Id]:
    """Winner and loser of a merge, or of its undo."""
    for change in Change.select().where(Change.batch == batch.id, Change.row_table == "contact"):
        winner = (change.after or {}).get("merged_into_id") or (change.before or {}).get("merged_into_id")
        if winner:
            return ids.decode(winner), change.row_id
    raise NotFound


def refuse_to_part(winner_id: Id, loser_id: Id) -> None:
    """Raises: Gone when one of the two is deleted for good, Invalid when one is at rest."""
    both = hold([winner_id, loser_id])
    if len(both) < 2 or any(one.processing is Processing.ERASING for one in both.values()):
        raise Gone(DELETED.key)
    _refuse_rest(*both.values())


def part(winner_id: Id, loser_id: Id, batch: ChangeBatch, *, by: By) -> None:
    """After the rows of a merge are back (or moved again): let everything reckoned from them be so too."""
    winner, loser = (Contact.get_by_id(one) for one in (winner_id, loser_id))
    is_parted = loser.merged_into_id is None
    if is_parted:
        _carry_silence(winner, loser, batch)
    for one in (winner, loser) if is_parted else (winner,):
        mend_life(one)
    for one, other in ((winner, loser), (loser, winner)) if is_parted else ((winner, loser),):
        write_line(one.id, Kind.PARTED if is_parted else Kind.MERGED, by=by, summary=other.display_name)
    _settle(winner_id, loser_id)
    if is_parted:
        publish(MergeUndone(winner_id, loser_id), by=actor_of(by))
    else:
        publish(ContactsMerged(winner_id, loser_id), by=actor_of(by))


def born_since(winner_id: Id, batch: ChangeBatch) -> dict[str, int]:
    """How many rows of each table came to the winner after the merge: they stay there."""
    found = {}
    for table, mover in tables().items():
        if isinstance(mover, Rows):
            model = mover.model
            fresh = model.select().where(model.contact == winner_id, model.created_at > batch.created_at)
            if model is Activity:
                # What a line tells of is counted where it is kept.
                fresh = fresh.where(Activity.ref_id.is_null(), Activity.kind.not_in([Kind.MERGED, Kind.PARTED]))
            if count := fresh.count():
                found[table] = count
    return found


def _refuse(winner: Contact, loser: Contact, versions: tuple[int, int]) -> None:
    for one in (winner, loser):
        if not one.is_here:
            raise Gone(ALREADY.key) if one.merged_into_id else NotFound
    _refuse_rest(winner, loser)
    if (winner.version, loser.version) != versions:
        raise Stale(winner)


def _refuse_rest(*both: Contact) -> None:
    for one in both:
        if one.is_restricted:
            raise Invalid(AT_REST.key, name=one.display_name)


def _movers() -> dict[str, Any]:
    found: dict[str, Any] = dict(_OWN)
    for answer in ports.merging.answers():
        found.update(answer().tables)
    return found


def _settle(winner_id: Id, loser_id: Id) -> None:
    for answer in ports.merging.answers():
        answer().settle((winner_id, loser_id))
    for one in (winner_id, loser_id):
        plan_anew(one)


def _hide(loser: Contact, winner: Contact, batch: changes.Batch) -> None:
    after = {"deleted_at": clock.now(), "merged_into_id": winner.id}
    before = {name: getattr(loser, name) for name in after}
    Contact.update({**after, "version": Contact.version + 1}).where(Contact.id == loser.id).execute()
    batch.record(loser, Op.UPDATED, before=before, after=after, contact_id=loser.id)


def _fill(winner: Contact, columns: Mapping[str, Any], batch: changes.Batch) -> None:
    # Everything that a merge decides is recorded, changed or not: parting tells by it what was said since.
    before = {name: winner.__data__[name] for name in columns}
    Contact.update({**columns, "version": Contact.version + 1}).where(Contact.id == winner.id).execute()
    batch.record(winner, Op.UPDATED, before=before, after=dict(columns), contact_id=winner.id)
    search.index(Contact.get_by_id(winner.id))


def _carry_silence(winner: Contact, loser: Contact, batch: ChangeBatch) -> None:
    """Who asked for silence while they were one goes on being silent on both pages."""
    while batch.undoes:
        batch = ChangeBatch.get_by_id(batch.undoes)
    query = Change.select().where(Change.batch == batch.id, Change.row_table == "contact", Change.row_id == winner.id)
    filled = query.first()
    was_silent = bool(filled and (filled.after or {}).get("do_not_contact"))
    if winner.do_not_contact and not was_silent:
        Contact.update(do_not_contact=True).where(Contact.id == loser.id).execute()


class Points(Rows):
    """The winner's first choice of each kind stays the first; the loser's addresses come behind it."""

    def __call__(self, merge: Merge) -> None:
        moving = self.moving(merge.winner.id, merge.loser.id)
        mine = ContactPoint.select().where(ContactPoint.contact == merge.winner.id, ContactPoint.is_primary)
        firsts = {point.kind for point in mine}
        for point in ContactPoint.select().where(ContactPoint.id.in_(moving)) if moving else ():
            after: dict[str, Any] = {"contact": merge.winner.id}
            if point.is_primary and point.kind in firsts:
                after["is_primary"] = False
            before = {name: point.__data__[name] for name in after}
            ContactPoint.update(after).where(ContactPoint.id == point.id).execute()
            merge.batch.record(point, Op.UPDATED, before=before, after=after, contact_id=merge.winner.id)


def _move_ties(merge: Merge) -> None:
    """The loser's family is the winner's; a tie between the two, or one the winner has already, stays where it is."""
    mine = (Relationship.a == merge.loser.id) | (Relationship.b == merge.loser.id)
    for tie in Relationship.select().where(mine):
        sides = [merge.winner.id if one == merge.loser.id else one for one in (tie.a_id, tie.b_id)]
        a, kind, b = families.stored(sides[0], tie.kind, sides[1])
        same = Relationship.select().where(Relationship.a == a, Relationship.b == b, Relationship.kind == kind)
        if a == b or same.exists():
            continue
        Relationship.update(a=a, b=b).where(Relationship.id == tie.id).execute()
        before, after = {"a": tie.a_id, "b": tie.b_id}, {"a": a, "b": b}
        merge.batch.record(tie, Op.UPDATED, before=before, after=after, contact_id=merge.winner.id)


def _move_field_values(merge: Merge) -> None:
    """A field the winner has answered keeps that answer; of several choices both sides' stand."""
    several = {one.id for one in FieldDef.select().where(FieldDef.kind == FieldKind.MULTI)}
    answered = {v.field_id for v in FieldValue.select().where(FieldValue.contact == merge.winner.id)} - several
    for row_id in Rows(FieldValue, apart=("field", "v_option")).moving(merge.winner.id, merge.loser.id):
        value = FieldValue.get_by_id(row_id)
        if value.field_id in answered:
            continue
        FieldValue.update(contact=merge.winner.id).where(FieldValue.id == row_id).execute()
        before, after = {"contact": merge.loser.id}, {"contact": merge.winner.id}
        merge.batch.record(value, Op.UPDATED, before=before, after=after, contact_id=merge.winner.id)


def _settle_pairs(merge: Merge) -> None:
    """The pair is one now; what was decided of the loser and others is decided of the winner, and not asked again."""
    mine = (DuplicatePair.a == merge.loser.id) | (DuplicatePair.b == merge.loser.id)
    for pair in DuplicatePair.select().where(mine):
        a, b = sorted(merge.winner.id if one == merge.loser.id else one for one in (pair.a_id, pair.b_id))
        after: dict[str, Any] = {"state": PairState.MERGED} if a == b else {"a": a, "b": b}
        known = DuplicatePair.select().where(DuplicatePair.a == a, DuplicatePair.b == b).exists()
        if a != b and (known or pair.state is PairState.OPEN):
            continue
        before = {name: pair.__data__[name] for name in after}
        DuplicatePair.update(after).where(DuplicatePair.id == pair.id).execute()
        merge.batch.record(pair, Op.UPDATED, before=before, after=after, contact_id=merge.winner.id)


def _forget_words(merge: Merge) -> None:
    """Search finds the loser no more; undo indexes both anew."""
    search.forget(merge.loser.id)


def _told_elsewhere(_merge: Merge) -> None:
    """Rows that the act itself, or the room that asked for them, brings along."""


_OWN: dict[str, Any] = {
    "contact_point": Points(ContactPoint, apart=("kind", "norm")),
    "external_ref": Rows(ExternalRef),
    "contact_tag": Rows(ContactTag, apart=("tag",)),
    "note": Rows(Note),
    "call": Rows(Call),
    "restriction": Rows(Restriction),
    "household_member": Rows(HouseholdMember, apart=()),
    "relationship": _move_ties,
    "field_value": _move_field_values,
    "preference": Rows(Preference, apart=("key",)),
    "goal": Rows(Goal),
    "mention": Rows(Mention),
    "attachment": Rows(Attachment),
    "duplicate_pair": _settle_pairs,
    "contact_search": _forget_words,
    # Lives are joined before anything moves; next steps are told anew by the rooms whose rows they are.
    "lifecycle_span": _told_elsewhere,
    "next_action": _told_elsewhere,
    # Who had the loser before them has the winner next, or ends within 90 seconds.
    "queue_claim": _told_elsewhere,
    "activity": Rows(Activity),
}
