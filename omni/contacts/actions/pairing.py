"""Looking for people who are here twice, and writing down what somebody made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni.contacts import pairs
from omni.contacts.actions.households import link
from omni.contacts.doers import By, actor_of
from omni.contacts.kinds import PairState, PointKind
from omni.contacts.models import Contact, ContactPoint, ContactSearch
from omni.contacts.pairs import DuplicatePair, Found, Somebody
from omni.contacts.queries import is_visible
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy

SEPARATE = lazy("%(name)s and %(other)s are two different people")
HOUSEHOLD = lazy("%(name)s and %(other)s are one household")
# So many contacts are written as looked at in one transaction, so that nobody's own act waits long.
CHUNK = 500


def pair_up() -> int:
    """Look for duplicates of everybody who was added or changed since; how many people that were."""
    news = ContactSearch.select(ContactSearch.contact, ContactSearch.unpaired).where(ContactSearch.unpaired > 0)
    fresh: dict[Id, int] = dict(news.tuples())
    if not fresh:
        return 0
    found = pairs.find_pairs(_everybody(), set(fresh))
    if found.crowded:
        with transaction():
            norms = sorted({norm for _kind, norm in found.crowded})
            ContactPoint.update(is_shared=True).where(ContactPoint.norm.in_(norms)).execute()
    of_one = _by_fresh(found, fresh)
    people = sorted(fresh)
    for at in range(0, len(people), CHUNK):
        block = people[at : at + CHUNK]
        with transaction():
            _write(block, of_one, found)
            for contact_id in block:
                # Who was changed while we looked is looked at again.
                as_read = (ContactSearch.contact == contact_id) & (ContactSearch.unpaired == fresh[contact_id])
                ContactSearch.update(unpaired=0).where(as_read).execute()
    return len(fresh)


def keep_apart(pair: DuplicatePair, *, by: By) -> bool:
    """Write down that these are two different people, who are never asked about again; False when it was decided."""
    return _decide(pair, PairState.SEPARATE, SEPARATE.key, by)


def make_household(pair: DuplicatePair, *, by: By) -> bool:
    """Let both share a household, each on a page of their own; False when it was decided."""
    return _decide(pair, PairState.HOUSEHOLD, HOUSEHOLD.key, by)


def _decide(pair: DuplicatePair, state: PairState, words: str, by: By) -> bool:
    names = {"name": pair.a.display_name, "other": pair.b.display_name}
    with transaction():
        still_open = (DuplicatePair.id == pair.id) & (DuplicatePair.state == PairState.OPEN)
        if not DuplicatePair.update(state=state).where(still_open).execute():
            return False
        with changes.batch("pair", words, by=actor_of(by), **names) as batch:
            before, after = {"state": PairState.OPEN}, {"state": state}
            batch.record(pair, Op.UPDATED, before=before, after=after, contact_id=pair.a_id)
            if state is PairState.HOUSEHOLD:
                link(pair.a, pair.b, None, by=by)
    return True


def _everybody() -> Iterable[Somebody]:
    columns = (Contact.id, Contact.given_name, Contact.family_name, Contact.display_name, Contact.city)
    query = Contact.select(*columns, Contact.birth_month, Contact.birth_day).where(is_visible())
    people = {
        contact_id: Somebody(contact_id, given, family, name, city, (month, day) if month and day else None)
        for contact_id, given, family, name, city, month, day in query.tuples()
    }
    points = ContactPoint.select(ContactPoint.contact, ContactPoint.kind, ContactPoint.norm, ContactPoint.is_shared)
    for contact_id, kind, norm, is_shared in points.where(
        ContactPoint.kind.in_([PointKind.PHONE, PointKind.EMAIL])
    ).tuples():
        if contact_id in people:
            people[contact_id].points.add((kind, norm))
            if is_shared:
                people[contact_id].shared.add((kind, norm))
    return people.values()


def _by_fresh(found: Found, fresh: dict[Id, int]) -> dict[Id, list[tuple[Id, Id]]]:
    of_one: dict[Id, list[tuple[Id, Id]]] = {}
    for pair in found.pairs:
        for side in pair:
            if side in fresh:
                of_one.setdefault(side, []).append(pair)
    return of_one


def _write(block: Sequence[Id], of_one: dict[Id, list[tuple[Id, Id]]], found: Found) -> None:
    """What is open of these people is what was found of them now; what somebody decided stands."""
    mine = DuplicatePair.a.in_(block) | DuplicatePair.b.in_(block)
    known = {(row.a_id, row.b_id): row for row in DuplicatePair.select().where(mine)}
    wanted = {pair for contact_id in block for pair in of_one.get(contact_id, ())}
    gone = [row.id for pair, row in known.items() if pair not in wanted and row.state is PairState.OPEN]
    if gone:
        DuplicatePair.delete().where(DuplicatePair.id.in_(gone)).execute()
    for a, b in sorted(wanted):
        score, reasons = found.pairs[a, b]
        row = known.get((a, b))
        if row is None:
            DuplicatePair.insert(
                workspace=current_workspace_id(), a=a, b=b, score=score, reasons=reasons, state=PairState.OPEN
            ).on_conflict_ignore().execute()
        elif row.state is PairState.OPEN and (row.score, row.reasons) != (score, reasons):
            DuplicatePair.update(score=score, reasons=reasons).where(DuplicatePair.id == row.id).execute()
