"""Saved views of the list: kept under a name, renamed, put in another order, let go."""

from __future__ import annotations

from omni.accounts.models import Teammate
from omni.contacts.actions.life import row_of
from omni.contacts.doers import actor_of
from omni.contacts.folding import fold
from omni.contacts.many import SavedView
from omni.contacts.queries import list_views
from omni.core import changes
from omni.core.changes import Op
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import take_turns
from omni.core.words import lazy, marked

MOST_VIEWS = 50
LONGEST_NAME = 60
NO_NAME = lazy("Give the view a name, such as “Leads without an owner”.")
LONG_NAME = lazy("A name has up to 60 characters.")
SAME_NAME = lazy("You have a view of that name already.")
TOO_MANY = lazy("Up to 50 views fit here. Let go of one first.")


def save_view(name: str, query: str, *, by: Teammate) -> SavedView:
    """Keep a canonical query under a name, behind the views there are. Raises Invalid."""
    with transaction(), changes.batch("view", marked("View %(view)s saved"), by=actor_of(by), view=name) as batch:
        take_turns(f"views of {by.id}")
        known = list_views(by)
        name = _checked(name, known)
        if len(known) >= MOST_VIEWS:
            raise Invalid(faults={"name": TOO_MANY.key})
        place = max((view.position for view in known), default=0) + 1
        view = SavedView.create(name=name, query=query, position=place, owner=by.id)
        batch.record(view, Op.CREATED, before=None, after=row_of(view), contact_id=None)
    return view


def rename_view(view: SavedView, name: str, *, by: Teammate) -> None:
    """Give the view another name. Raises Invalid."""
    with transaction(), changes.batch("view", marked("View %(view)s renamed"), by=actor_of(by), view=name) as batch:
        take_turns(f"views of {by.id}")
        name = _checked(name, [one for one in list_views(by) if one.id != view.id])
        _update(view, batch, name=name)


def shift_view(view: SavedView, *, step: int, by: Teammate) -> None:
    """Move the view one place on (+1) or back (-1) among its owner's; at the end it stays."""
    with transaction(), changes.batch("view", marked("View %(view)s moved"), by=actor_of(by), view=view.name) as batch:
        take_turns(f"views of {by.id}")
        views = list_views(by)
        place = next(n for n, one in enumerate(views) if one.id == view.id)
        views.insert(max(place + step, 0), views.pop(place))
        for n, one in enumerate(views, start=1):
            _update(one, batch, position=n)


def delete_view(view: SavedView, *, by: Teammate) -> Id:
    """Let the view go; the batch that brings it back."""
    with transaction(), changes.batch("view", marked("View %(view)s let go"), by=actor_of(by), view=view.name) as batch:
        SavedView.delete().where(SavedView.id == view.id).execute()
        batch.record(view, Op.DELETED, before=row_of(view), after=None, contact_id=None)
    return batch.id


def _checked(name: str, others: list[SavedView]) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(faults={"name": NO_NAME.key})
    if len(name) > LONGEST_NAME:
        raise Invalid(faults={"name": LONG_NAME.key})
    if fold(name) in {fold(one.name) for one in others}:
        raise Invalid(faults={"name": SAME_NAME.key})
    return name


def _update(view: SavedView, batch: changes.Batch, **wanted: object) -> None:
    before = {name: getattr(view, name) for name in wanted if getattr(view, name) != wanted[name]}
    if before:
        after = {name: wanted[name] for name in before}
        SavedView.update({**after, "version": SavedView.version + 1}).where(SavedView.id == view.id).execute()
        batch.record(view, Op.UPDATED, before=before, after=after, contact_id=None)
