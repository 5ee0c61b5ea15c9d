"""Signing up, in and out, and what a session remembers."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from peewee import IntegrityError

from omni.accounts import defaults, mails, passwords, places, ports, queries, slugs
from omni.accounts.devices import Device
from omni.accounts.models import BusinessHours, Session, Teammate, User
from omni.core import audit, clock
from omni.core.database import transaction
from omni.core.faults import Fault
from omni.core.ids import Id
from omni.core.policies import Role
from omni.core.tenancy import Workspace, current_workspace_id, entered
from omni.core.words import lazy

NOT_TOGETHER = lazy("This address and this password do not belong together.")
NOT_YOURS = lazy("This is not your password.")


class WrongPassword(Fault):
    """Nobody with this address and this password may enter; the sentence does not say which is wrong."""


@dataclass(frozen=True)
class NewOwner:
    """What a person says of themselves at sign-up. `phone` is E.164, `role_title` their job."""

    name: str
    email: str
    phone: str
    company: str
    role_title: str
    password: str
    locale: str = "en"


@dataclass(frozen=True)
class SignedUp:
    """A user at the door of a workspace, and the secret that goes into the cookie."""

    user: User
    workspace: Workspace
    secret: str


def sign_up(new: NewOwner, *, device: Device) -> SignedUp | None:
    """Found a workspace with its first owner and sign them in.

    None when the address is known: then its owner is told by mail, and nothing else happens.
    """
    known = queries.find_user(new.email)
    if known:
        _tell_known(known)
        return None
    stored = passwords.hash_of(new.password)
    for is_last in (False, False, True):
        try:
            return _found_and_enter(new, stored, device)
        except IntegrityError:
            # Two forms at once took one address, short name or number: the address is known now, the rest is retried.
            known = queries.find_user(new.email)
            if known:
                _tell_known(known)
                return None
            if is_last:
                raise
    raise AssertionError("the third try returned or raised")


def sign_in(email: str, password: str, *, device: Device) -> SignedUp:
    """Sign a user in, in the workspace they were in last.

    Raises: WrongPassword, after the same time whether the address is known or not.
    """
    user = queries.find_user(email)
    fits = passwords.matches(user.password_hash if user else None, password)
    # Nothing that only a known address costs stands before this line.
    if user is None or not fits or user.disabled_at:
        raise WrongPassword(NOT_TOGETHER.key)
    places_of_work = queries.list_places(user)
    if not places_of_work:
        raise WrongPassword(NOT_TOGETHER.key)
    fresh = passwords.hash_of(password) if passwords.is_outdated(user.password_hash) else None
    with transaction():
        workspace = Workspace.get_by_id(places_of_work[0])
        if fresh:
            User.update(password_hash=fresh).where(User.id == user.id).execute()
        if not queries.is_known_device(user, device):
            mails.new_device(user, device)
        secret = start_session(user, workspace, device=device)
        with entered(workspace):
            audit.record("user.signed_in", user, by=queries.teammate_of(user).actor, device=device.label)
    return SignedUp(user, workspace, secret)


def confirm_password(session: Session, password: str) -> str:
    """Note that the person at this device knows the password; the session gets a new secret.

    Raises: WrongPassword.
    """
    if not passwords.matches(session.user.password_hash, password):
        raise WrongPassword(NOT_YOURS.key)
    secret = _new_secret()
    with transaction():
        session.sha256, session.stepped_up_at = _sha256(secret), clock.now()
        session.save(only=[Session.sha256, Session.stepped_up_at])
    return secret


def sign_out(session: Session) -> None:
    """End this session."""
    with transaction():
        Session.update(revoked_at=clock.now()).where(Session.id == session.id, Session.revoked_at.is_null()).execute()


def switch_workspace(session: Session, workspace_id: Id) -> None:
    """Work on in another workspace of the same user. Raises: NotFound when they do not work there."""
    workspace = queries.get_place(session.user, workspace_id)
    with transaction():
        Session.update(workspace=workspace).where(Session.id == session.id).execute()


def mark_seen(session: Session) -> None:
    """Note that the session was used, at most once a minute."""
    if (clock.now() - session.seen_at).total_seconds() < 60:
        return
    with transaction():
        Session.update(seen_at=clock.now()).where(Session.id == session.id).execute()


def keep_toast(session: Session, toast: dict[str, Any]) -> None:
    """Keep a sentence for the session's next page."""
    with transaction():
        Session.update(toast=toast).where(Session.id == session.id).execute()


def take_toast(session: Session) -> dict[str, Any] | None:
    """The kept sentence, which is then gone; of two pages at once one gets it."""
    kept = session.toast
    if kept is None:
        return None
    # No transaction: the page that says what is wrong with a form shows it too, and must not take the form's key.
    taken = Session.update(toast=None).where(Session.id == session.id, Session.toast.is_null(False)).execute()
    return kept if taken else None


# --- the steps that sign-up, invitations and `user add` share; each inside the caller's transaction ---


def found_workspace(name: str, *, place: places.Place, locale: str, slug: str | None = None) -> Workspace:
    """A new, empty workspace."""
    return Workspace.create(
        number=queries.next_workspace_number(),
        name=name,
        slug=slug or slugs.free_slug(name, taken=queries.is_slug_taken),
        timezone=place.timezone,
        country=place.country,
        currency=place.currency,
        language=locale,
    )


def make_user(new: NewOwner, *, stored: str, timezone: str, verified: bool = False) -> User:
    """A user who has accepted the terms and the policy in force."""
    versions = queries.documents()
    return User.create(
        name=new.name,
        email=new.email.strip().lower(),
        email_verified_at=clock.now() if verified else None,
        phone=new.phone,
        company=new.company,
        role_title=new.role_title,
        password_hash=stored,
        locale=new.locale,
        timezone=timezone,
        terms_version=versions.get("terms", ""),
        policy_version=versions.get("policy", ""),
        accepted_at=clock.now(),
    )


def furnish(user: User, *, role: Role) -> Teammate:
    """The first teammate of the current workspace, with its hours, and whatever each room puts in."""
    owner = Teammate.create(user=user, role=role, notice_seen_at=clock.now())
    for weekday, (from_min, to_min) in defaults.BUSINESS_HOURS.items():
        BusinessHours.create(weekday=weekday, from_min=from_min, to_min=to_min)
    for answer in ports.founding.answers():
        answer(owner)
    audit.record("workspace.founded", user, by=owner.actor, workspace=str(current_workspace_id()))
    return owner


def start_session(user: User, workspace: Workspace, *, device: Device) -> str:
    """A new session; its secret is given once and only its hash kept."""
    secret = _new_secret()
    Session.create(
        sha256=_sha256(secret),
        user=user,
        workspace=workspace,
        stepped_up_at=clock.now(),
        device=device.label[:80],
        ip_prefix=device.ip_prefix,
    )
    return secret


def _found_and_enter(new: NewOwner, stored: str, device: Device) -> SignedUp:
    place = places.place_of(new.phone)
    with transaction():
        workspace = found_workspace(new.company, place=place, locale=new.locale)
        with entered(workspace):
            user = make_user(new, stored=stored, timezone=place.timezone)
            furnish(user, role=Role.OWNER)
            mails.verify_address(user)
        return SignedUp(user, workspace, start_session(user, workspace, device=device))


def _tell_known(user: User) -> None:
    with transaction():
        mails.address_is_known(user)


def _new_secret() -> str:
    # 256 bits, as security §5 asks of a session's id.
    return secrets.token_urlsafe(32)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
