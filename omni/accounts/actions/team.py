"""Who works here: inviting, joining, changing a role, leaving."""

from dataclasses import replace
from datetime import timedelta

from peewee import IntegrityError

from omni.accounts import mails, passwords, queries
from omni.accounts.actions.entering import NewOwner, SignedUp, make_user, start_session
from omni.accounts.devices import Device
from omni.accounts.models import Invitation, Session, Teammate, User
from omni.core import audit, clock, doors
from omni.core.database import transaction
from omni.core.faults import Invalid, NotAllowed, Stale
from omni.core.policies import Policy, Role, allows, is_capped
from omni.core.tenancy import Workspace, current_workspace, current_workspace_id
from omni.core.words import lazy

INVITED_FOR = timedelta(days=7)

WORKS_HERE = lazy("%(email)s works here already.")
CONFIRM_FIRST = lazy("Confirm your own address first; the link is in your mail.")
HAS_ACCOUNT = lazy("You have an account with this address. Sign in, then open the link.")
CHANGED_FIRST = lazy("Somebody changed this teammate first.")
FOR_ANOTHER = lazy("This invitation is for another address.")
TOO_FAR = lazy("Your role does not reach that far. An owner can do it.")
OWNER_FIRST = lazy("Choose another owner first.")


def invite(email: str, role: Role, *, by: Teammate) -> Invitation:
    """Offer `email` to work here as `role`, by a link of 7 days; an earlier offer to it is withdrawn.

    Raises: NotAllowed when the giver lacks what the role gives; Invalid.
    """
    _refuse_escalation(by, role)
    if not by.user.is_verified:
        raise Invalid(faults={"email": CONFIRM_FIRST.key})
    email = email.lower()
    with transaction():
        if queries.find_present_by_email(email):
            raise Invalid(faults={"email": WORKS_HERE.key}, email=email)
        for earlier in queries.list_open_invitations(email=email):
            _withdraw(earlier)
        invited = Invitation.create(email=email, role=role, by=by, expires_at=clock.now() + INVITED_FOR)
        mails.invitation(invited)
        audit.record("invitation.sent", invited, by=by.actor, email=email, role=role.value)
    return invited


def revoke_invitation(invited: Invitation, *, by: Teammate) -> None:
    """The link opens no more."""
    with transaction():
        _withdraw(invited)
        audit.record("invitation.revoked", invited, by=by.actor, email=invited.email)


def accept_as_new(token: str, new: NewOwner, *, device: Device) -> SignedUp:
    """Make a user of the invited person, and a teammate of the user. The address is the invitation's own.

    Raises: NotFound, Gone, Invalid when the address has a user by now.
    """
    stored = passwords.hash_of(new.password)
    try:
        with doors.enter("invitation", token) as door, transaction():
            doors.use(door)
            invited = queries.get_invitation(door.subject)
            if queries.find_user(invited.email):
                raise Invalid(HAS_ACCOUNT.key)
            workspace = current_workspace()
            new = replace(new, email=invited.email)
            user = make_user(new, stored=stored, timezone=workspace.timezone, verified=True)
            _join(invited, user)
            return SignedUp(user, workspace, start_session(user, workspace, device=device))
    except IntegrityError:
        # The same person signed up elsewhere in this very moment.
        raise Invalid(HAS_ACCOUNT.key) from None


def accept_as_user(token: str, user: User, *, device: Device) -> SignedUp:
    """Make a teammate of somebody who has an account, and sign them in here.

    Raises: NotFound, Gone, NotAllowed when the invitation is for another address.
    """
    with doors.enter("invitation", token) as door, transaction():
        invited = queries.get_invitation(door.subject)
        if invited.email != user.email:
            raise NotAllowed(FOR_ANOTHER.key)
        doors.use(door)
        _join(invited, user)
        workspace = current_workspace()
        return SignedUp(user, workspace, start_session(user, workspace, device=device))


def change_role(teammate: Teammate, role: Role, *, version: int, by: Teammate) -> Teammate:
    """Give a teammate another role, if nobody else changed it since `version`.

    A smaller role ends their sessions and withdraws the invitations they could no longer give.
    Raises: NotAllowed, Invalid for the last owner, Stale.
    """
    _refuse_escalation(by, role)
    _refuse_escalation(by, teammate.role)
    with transaction():
        # Two owners who demote each other at once must not both succeed.
        _hold_workspace()
        fresh = queries.get_teammate(teammate.id)
        if fresh.version != version:
            raise Stale(fresh, CHANGED_FIRST.key)
        if fresh.role == role:
            return fresh
        if role is not Role.OWNER:
            _refuse_last_owner(fresh)
        before = fresh.role
        _update(fresh, role=role)
        if not is_capped(role, before):
            _end_work(fresh, keep_capped=True)
        audit.record("teammate.role_changed", fresh, by=by.actor, before=before.value, after=role.value)
    return fresh


def remove_teammate(teammate: Teammate, *, version: int, by: Teammate) -> None:
    """End somebody's work here; they keep the row, since by-lines point to it. Anyone may go by themselves.

    Raises: NotAllowed, Invalid for the last owner, Stale.
    """
    if teammate.id != by.id:
        _refuse_escalation(by, teammate.role)
    with transaction():
        _hold_workspace()
        fresh = queries.get_teammate(teammate.id)
        if fresh.version != version:
            raise Stale(fresh, CHANGED_FIRST.key)
        _refuse_last_owner(fresh)
        _update(fresh, left_at=clock.now())
        _end_work(fresh)
        audit.record("teammate.left", fresh, by=by.actor, role=fresh.role.value)


def _hold_workspace() -> None:
    # A write that changes nothing: PostgreSQL holds the row until the commit, SQLite holds everything already.
    Workspace.update(name=Workspace.name).where(Workspace.id == current_workspace_id()).execute()


def _refuse_escalation(by: Teammate, role: Role) -> None:
    # A role that may not run the team gives nothing, whatever its rank.
    if not allows(by.role, Policy.MANAGE_TEAM) or not is_capped(by.role, role):
        raise NotAllowed(TOO_FAR.key)


def _refuse_last_owner(teammate: Teammate) -> None:
    if teammate.role is Role.OWNER and queries.count_owners() < 2:
        raise Invalid(OWNER_FIRST.key, faults={"role": OWNER_FIRST.key})


def _join(invited: Invitation, user: User) -> Teammate:
    Invitation.update(accepted_at=clock.now()).where(Invitation.id == invited.id).execute()
    former = queries.find_teammate_of(user)
    if former and former.is_present:
        return former
    if former:
        _update(former, role=invited.role, joined_at=clock.now(), left_at=None)
        teammate = former
    else:
        teammate = Teammate.create(user=user, role=invited.role)
    audit.record("teammate.joined", teammate, by=teammate.actor, role=invited.role.value)
    return teammate


def _end_work(teammate: Teammate, *, keep_capped: bool = False) -> None:
    """End the sessions here, and withdraw the invitations that this person could not give any more."""
    Session.update(revoked_at=clock.now()).where(
        Session.user == teammate.user_id, Session.workspace == teammate.workspace_id, Session.revoked_at.is_null()
    ).execute()
    for invited in queries.list_open_invitations(by=teammate):
        can_still = keep_capped and allows(teammate.role, Policy.MANAGE_TEAM) and is_capped(teammate.role, invited.role)
        if not can_still:
            _withdraw(invited)


def _withdraw(invited: Invitation) -> None:
    doors.close_all("invitation", invited.id)
    is_open = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    Invitation.update(revoked_at=clock.now()).where(Invitation.id == invited.id, is_open).execute()


def _update(teammate: Teammate, **values: object) -> None:
    """Write, if the row is still at its version; it then stands one further. Raises: Stale."""
    query = Teammate.update(version=Teammate.version + 1, **values)
    if not query.where(Teammate.id == teammate.id, Teammate.version == teammate.version).execute():
        raise Stale(queries.get_teammate(teammate.id), CHANGED_FIRST.key)
    teammate.version += 1
    for name, value in values.items():
        setattr(teammate, name, value)
