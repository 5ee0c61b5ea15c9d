"""What the operator does by command: making users, disabling them, ending their sessions."""

from peewee import IntegrityError

from omni.accounts import passwords, places, queries
from omni.accounts.actions.entering import NewOwner, found_workspace, furnish, make_user
from omni.accounts.models import Session, Teammate, User
from omni.core import actors, audit, clock, doors
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.policies import Role
from omni.core.tenancy import Workspace, entered
from omni.core.words import _


def add_user(new: NewOwner, *, slug: str, role: Role, place: places.Place) -> tuple[User, Workspace]:
    """A verified user in the workspace `slug`, which is founded at `place` if it is new.

    Raises: Invalid when the address is known or a new workspace would have no owner.
    """
    fault = passwords.fault_of(new.password, context=(new.name, new.email, new.company))
    if fault:
        raise Invalid(faults={"password": fault})
    if queries.find_user(new.email):
        raise Invalid(faults={"email": _("This address has an account already.")})
    workspace = queries.find_workspace(slug)
    if workspace is None and role is not Role.OWNER:
        raise Invalid(faults={"role": _("A new workspace needs an owner first.")})
    stored = passwords.hash_of(new.password)
    try:
        with transaction():
            is_new = workspace is None
            workspace = workspace or found_workspace(new.company, place=place, locale=new.locale, slug=slug)
            with entered(workspace):
                user = make_user(new, stored=stored, timezone=workspace.timezone, verified=True)
                if is_new:
                    furnish(user, role=role)
                else:
                    joined = Teammate.create(user=user, role=role)
                    audit.record("teammate.joined", joined, by=actors.SYSTEM, role=role.value)
            return user, workspace
    except IntegrityError as fault_:
        raise Invalid(faults={"workspace": _("Somebody made this user or workspace just now. Try again.")}) from fault_


def make_operator(user: User) -> None:
    """Let a user see the pages under /operator."""
    with transaction():
        User.update(is_operator=True).where(User.id == user.id).execute()


def disable_user(user: User) -> None:
    """Nobody enters as this user any more: sessions end, links close."""
    with transaction():
        User.update(disabled_at=clock.now()).where(User.id == user.id, User.disabled_at.is_null()).execute()
        end_sessions_of(user)
        for kind in ("verify", "reset"):
            doors.close_all(kind, user.id)


def end_sessions_of(user: User) -> int:
    """End every session of a user; how many there were."""
    with transaction():
        query = Session.update(revoked_at=clock.now())
        return int(query.where(Session.user == user, Session.revoked_at.is_null()).execute())
