"""What a person does with their own account: address, name, password, sessions."""

from peewee import IntegrityError

from omni.accounts import mails, passwords, queries
from omni.accounts.models import Session, Teammate, User
from omni.core import audit, clock, doors
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import entered
from omni.core.words import lazy

ADDRESS_TAKEN = lazy("This address has an account of its own. Use another one.")


def verify_email(token: str) -> User:
    """The address behind the link is its user's. Raises: NotFound, Gone."""
    with doors.enter("verify", token) as door, transaction():
        doors.use(door)
        user = queries.get_user(door.subject)
        _update(user, email_verified_at=user.email_verified_at or clock.now())
    return user


def resend_verification(user: User) -> None:
    """Send the link once more, unless the address is verified."""
    with transaction():
        if not user.is_verified:
            mails.verify_address(user)


def ask_reset(email: str) -> None:
    """Send the link for a new password, if the address is a user's. Whoever asks learns nothing."""
    user = queries.find_user(email)
    if user and not user.disabled_at:
        with transaction():
            mails.reset_link(user)


def reset_password(token: str, password: str) -> User:
    """Give the user behind the link a new password and end every session. Raises: NotFound, Gone, Invalid."""
    with doors.enter("reset", token) as door:
        user = queries.get_user(door.subject)
        _refuse_easy(user, password)
        stored, places = passwords.hash_of(password), queries.list_places(user)
        with transaction():
            doors.use(door)
            # The link came by mail, so the address is proved as well.
            _update(user, password_hash=stored, email_verified_at=user.email_verified_at or clock.now())
            _end_sessions(user)
            _close_links(user)
            mails.password_changed(user)
            for workspace_id in places:
                with entered(workspace_id):
                    audit.record("user.password_reset", user, by=queries.teammate_of(user).actor)
    return user


def change_password(user: User, password: str, *, kept: Session, by: Teammate) -> None:
    """Give a user a new password and end every session but `kept`. Raises: Invalid."""
    _refuse_easy(user, password)
    stored = passwords.hash_of(password)
    with transaction():
        _update(user, password_hash=stored)
        _end_sessions(user, but=kept)
        _close_links(user)
        mails.password_changed(user)
        audit.record("user.password_changed", user, by=by.actor)


def change_account(user: User, *, by: Teammate, **values: str) -> list[str]:
    """Write what the person says of themselves, each change with its history; the names of changed fields."""
    before = {name: getattr(user, name) for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    if changed:
        with transaction():
            _update(user, **{name: values[name] for name in changed})
            for name in changed:
                _note_change(user, name, before[name], values[name], by=by)
    return changed


def set_keys(user: User, *, has_keys: bool) -> None:
    """Let single keys do something for this user, or nothing."""
    with transaction():
        _update(user, has_keys=has_keys)


def change_email(user: User, email: str, *, by: Teammate) -> None:
    """Move the account to another address, which must be proved anew; the old one is told.

    Raises: Invalid when the address is another user's.
    """
    old, new = user.email, email.lower()
    if old == new:
        return
    if queries.find_user(new):
        raise Invalid(faults={"email": ADDRESS_TAKEN.key})
    try:
        with transaction():
            _update(user, email=new, email_verified_at=None)
            doors.close_all("reset", user.id)
            mails.verify_address(user)
            mails.address_changed(user, old=old)
            _note_change(user, "email", old, new, by=by)
    except IntegrityError:
        # Somebody took it in this very moment.
        raise Invalid(faults={"email": ADDRESS_TAKEN.key}) from None


def end_session(user: User, session_id: Id, *, by: Teammate) -> None:
    """End one of the user's sessions. Raises: NotFound when it is not theirs."""
    session = queries.get_session(user, session_id)
    with transaction():
        still_on = (Session.id == session.id) & Session.revoked_at.is_null()
        if Session.update(revoked_at=clock.now()).where(still_on).execute():
            audit.record("user.session_ended", session, by=by.actor, device=session.device)


def end_other_sessions(user: User, *, kept: Session, by: Teammate) -> int:
    """End every session of the user but `kept`; how many ended."""
    with transaction():
        ended = _end_sessions(user, but=kept)
        audit.record("user.sessions_ended", user, by=by.actor, count=ended)
    return ended


def see_staff_notice(teammate: Teammate) -> None:
    """Note that the teammate has read what is logged about their work."""
    with transaction():
        query = Teammate.update(notice_seen_at=clock.now())
        query.where(Teammate.id == teammate.id, Teammate.notice_seen_at.is_null()).execute()


def _refuse_easy(user: User, password: str) -> None:
    fault = passwords.fault_of(password, context=(user.name, user.email, user.company))
    if fault:
        raise Invalid(faults={"password": fault})


def _update(user: User, **values: object) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    User.update(**values).where(User.id == user.id).execute()


def _note_change(user: User, field: str, before: str, after: str, *, by: Teammate) -> None:
    audit.record("account.changed", user, by=by.actor, field=field, before=before, after=after)


def _end_sessions(user: User, *, but: Session | None = None) -> int:
    query = Session.update(revoked_at=clock.now()).where(Session.user == user, Session.revoked_at.is_null())
    if but:
        query = query.where(Session.id != but.id)
    return int(query.execute())


def _close_links(user: User) -> None:
    doors.close_all("reset", user.id)
