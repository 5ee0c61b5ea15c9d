"""A person leaves Omni for good: what they own alone is closed, and nothing of them stays but an empty by-line."""

from omni.accounts import queries
from omni.accounts.models import Session, Teammate, User
from omni.core import clock, doors
from omni.core.database import transaction
from omni.core.policies import Role
from omni.core.tenancy import Workspace, WorkspaceState, entered

NOBODY = "Former teammate"


def owned_alone(user: User) -> list[Workspace]:
    """The workspaces that nobody else owns: they close with the account."""
    alone = []
    for workspace in queries.list_workspaces(user):
        with entered(workspace):
            owners = queries.list_owners()
        if [owner.user_id for owner in owners] == [user.id]:
            alone.append(workspace)
    return alone


def close_workspaces(user: User) -> list[Workspace]:
    """Close what the user owns alone: it can be read and taken back, not written, until it is purged."""
    closing = owned_alone(user)
    with transaction():
        for workspace in closing:
            Workspace.update(state=WorkspaceState.CLOSED, closed_at=clock.now()).where(
                Workspace.id == workspace.id
            ).execute()
    return closing


def reopen_workspaces(user: User) -> None:
    """Open again what was closed with the account."""
    with transaction():
        for workspace in owned_alone(user):
            Workspace.update(state=WorkspaceState.ACTIVE, closed_at=None).where(
                (Workspace.id == workspace.id) & (Workspace.state == WorkspaceState.CLOSED)
            ).execute()


def forget_user(user: User) -> None:
    """End every session and link of the user, leave every workspace, and empty the row that by-lines point to."""
    places = queries.list_places(user)
    with transaction():
        for place in places:
            with entered(place):
                here = (Teammate.user == user) & Teammate.left_at.is_null()
                if queries.teammate_of(user).role is Role.OWNER and queries.count_owners() == 1:
                    # The last owner goes only with the workspace itself, which is purged before this.
                    continue
                Teammate.update(left_at=clock.now()).where(here).execute()
        Session.delete().where(Session.user == user).execute()
        for kind in ("verify", "reset"):
            doors.close_all(kind, user.id)
        User.update(
            name=NOBODY,
            email=f"{user.id.hex}@deleted.invalid",
            email_verified_at=None,
            phone="",
            company="",
            role_title="",
            password_hash="",
            is_operator=False,
            disabled_at=clock.now(),
        ).where(User.id == user.id).execute()
