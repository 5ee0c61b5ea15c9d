"""Reads of this room. `get_` one or 404, `find_` one or None, `list_` many."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from peewee import fn

from omni.accounts import ports
from omni.accounts.business_time import Calendar
from omni.accounts.devices import Device
from omni.accounts.models import (
    BusinessHours,
    HelpMessage,
    Holiday,
    Invitation,
    Notice,
    Session,
    Teammate,
    User,
)
from omni.core import audit, clock
from omni.core.audit import AuditEvent
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.policies import Role
from omni.core.prepared import prepared
from omni.core.tenancy import Workspace, current_workspace, entered, sweeping

Row = TypeVar("Row")

# Of a session: idle and absolute (security §5).
IDLE, ABSOLUTE = timedelta(days=14), timedelta(days=30)

# A device that was signed in this recently is known.
KNOWN_FOR = timedelta(days=90)


# --- users and where they work ---


def find_user(email: str) -> User | None:
    """The user of an address, in whatever case it is written."""
    return User.get_or_none(User.email == email.strip().lower())


def get_user(user_id: Id) -> User:
    """A user. Raises: NotFound."""
    return _found(User.get_or_none(User.id == user_id))


def list_places(user: User) -> list[Id]:
    """The workspaces the user works in, the one of the latest session first."""
    with sweeping():
        query = Teammate.select(Teammate.workspace, Teammate.id)
        pairs = query.where(Teammate.user == user, Teammate.left_at.is_null()).order_by(Teammate.id).tuples()
        places = [workspace for workspace, _teammate in pairs]
    latest = Session.select(Session.workspace).where(Session.user == user).order_by(Session.created_at.desc()).first()
    last = latest.workspace_id if latest else None
    return sorted(places, key=lambda place: place != last)


def list_workspaces(user: User) -> list[Workspace]:
    """The workspaces the user works in, by name."""
    return list(Workspace.select().where(Workspace.id.in_(list_places(user))).order_by(Workspace.name))


def get_place(user: User, workspace_id: Id) -> Workspace:
    """A workspace in which the user works. Raises: NotFound."""
    if workspace_id not in list_places(user):
        raise NotFound
    return _found(Workspace.get_or_none(Workspace.id == workspace_id))


def find_workspace(slug: str) -> Workspace | None:
    """The workspace with this short name."""
    return Workspace.get_or_none(Workspace.slug == slug)


def is_slug_taken(slug: str) -> bool:
    """Whether a workspace has this short name."""
    return find_workspace(slug) is not None


def next_workspace_number() -> int:
    """The number of the workspace that is founded next."""
    last = Workspace.select(Workspace.number).order_by(Workspace.number.desc()).limit(1).scalar()
    return (last or 0) + 1


def documents() -> Mapping[str, str]:
    """The versions of terms and policy that a person accepts today."""
    answer = ports.documents.answer()
    return answer() if answer else {}


# --- teammates of this workspace ---


def list_teammates() -> list[Teammate]:
    """Everybody who works here, by name."""
    return list(_teammates().where(Teammate.left_at.is_null()).order_by(User.name, Teammate.id))


def list_everyone() -> list[Teammate]:
    """Who works here, and who did."""
    return list(_teammates().order_by(User.name, Teammate.id))


def list_owners() -> list[Teammate]:
    """The owners who work here."""
    return [teammate for teammate in list_teammates() if teammate.role is Role.OWNER]


def count_owners() -> int:
    """How many owners work here."""
    return int(Teammate.select().where(Teammate.role == Role.OWNER, Teammate.left_at.is_null()).count())


def get_teammate(teammate_id: Id) -> Teammate:
    """Somebody who works here. Raises: NotFound."""
    return _found(find_teammate(teammate_id))


def find_teammate(teammate_id: Id) -> Teammate | None:
    """Somebody who works here, or None."""
    return _first(_teammates().where(Teammate.id == teammate_id, Teammate.left_at.is_null()))


def find_teammate_of(user: User) -> Teammate | None:
    """The user's row here, even if they left."""
    return Teammate.get_or_none(Teammate.user == user)


def teammate_of(user: User) -> Teammate:
    """The user's row here, even if they left. Raises: NotFound."""
    return _found(find_teammate_of(user))


def name_of(teammate_id: Id) -> str:
    """The name of somebody who works or worked here. Raises: NotFound."""
    return _found(_first(_teammates().where(Teammate.id == teammate_id))).name


def find_present_by_email(email: str) -> Teammate | None:
    """Who works here under this address."""
    return _first(_teammates().where(User.email == email, Teammate.left_at.is_null()))


def list_open_invitations(*, email: str | None = None, by: Teammate | None = None) -> list[Invitation]:
    """Invitations whose link still opens, newest first."""
    query = Invitation.select().where(
        Invitation.accepted_at.is_null(), Invitation.revoked_at.is_null(), Invitation.expires_at > clock.now()
    )
    if email:
        query = query.where(Invitation.email == email)
    if by:
        query = query.where(Invitation.by == by)
    return list(query.order_by(Invitation.id.desc()))


@prepared
def team() -> tuple[Any, Any]:
    """Whoever was asked to work here, and whoever does or did: queries of the first of each, enough to tell a team."""
    return Invitation.select(Invitation.id).limit(1), Teammate.select(Teammate.id).limit(2)


def get_invitation(invitation_id: Id) -> Invitation:
    """An invitation of this workspace. Raises: NotFound."""
    return _found(Invitation.get_or_none(Invitation.id == invitation_id))


# --- sessions ---


def find_session(sha256: str) -> Session | None:
    """The session a cookie opens, with its user and workspace: neither ended nor too old."""
    now = clock.now()
    found = _open_sessions(sha256=sha256, seen_after=now - IDLE, begun_after=now - ABSOLUTE)
    return found[0] if found else None


@prepared
def _open_sessions(sha256: Any, seen_after: Any, begun_after: Any) -> Any:
    query = Session.select(Session, User, Workspace).join(User).switch(Session).join(Workspace)
    return query.where(
        Session.sha256 == sha256,
        Session.revoked_at.is_null(),
        Session.seen_at > seen_after,
        Session.created_at > begun_after,
        User.disabled_at.is_null(),
    )


def list_sessions(user: User) -> list[Session]:
    """The user's devices that are signed in, the last used first."""
    now = clock.now()
    query = Session.select().where(
        Session.user == user,
        Session.revoked_at.is_null(),
        Session.seen_at > now - IDLE,
        Session.created_at > now - ABSOLUTE,
    )
    return list(query.order_by(Session.seen_at.desc()))


def get_session(user: User, session_id: Id) -> Session:
    """A session of this user. Raises: NotFound."""
    return _found(Session.get_or_none(Session.id == session_id, Session.user == user))


def is_known_device(user: User, device: Device) -> bool:
    """Whether the user was signed in lately with this browser and system."""
    return bool(_sessions_on(user, device).exists())


def is_known_place(user: User, device: Device) -> bool:
    """Whether the user was signed in lately with this browser and system, from this very network."""
    return bool(_sessions_on(user, device).where(Session.ip_prefix == device.ip_prefix).exists())


def _sessions_on(user: User, device: Device) -> Any:
    lately = clock.now() - KNOWN_FOR
    return Session.select().where(Session.user == user, Session.device == device.label[:80], Session.seen_at > lately)


# --- hours ---


def business_hours() -> dict[int, list[tuple[int, int]]]:
    """When the studio is open: by weekday (0 is Monday), spans in minutes of the day."""
    hours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in BusinessHours.select().order_by(BusinessHours.weekday, BusinessHours.from_min):
        hours[row.weekday].append((row.from_min, row.to_min))
    return dict(hours)


def calendar() -> Calendar:
    """When the studio is open, for reckoning in its time (`business_time`)."""
    hours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for weekday, from_min, to_min in _spans():
        hours[weekday].append((from_min, to_min))
    holidays = frozenset(day for (day,) in _days_off())
    zone = ZoneInfo(current_workspace().timezone)
    return Calendar(zone, {weekday: tuple(spans) for weekday, spans in hours.items()}, holidays)


@prepared
def _spans() -> Any:
    spans = BusinessHours.select(BusinessHours.weekday, BusinessHours.from_min, BusinessHours.to_min)
    return spans.order_by(BusinessHours.weekday, BusinessHours.from_min).tuples()


@prepared
def _days_off() -> Any:
    return Holiday.select(Holiday.local_day).tuples()


def list_holidays() -> list[Holiday]:
    """The days on which the studio is closed, from yesterday on."""
    yesterday = clock.today_in(current_workspace().timezone) - timedelta(days=1)
    return list(Holiday.select().where(Holiday.local_day >= yesterday).order_by(Holiday.local_day))


def find_holiday(day: date) -> Holiday | None:
    """The row of a day on which the studio is closed."""
    return Holiday.get_or_none(Holiday.local_day == day)


def get_holiday(holiday_id: Id) -> Holiday:
    """A holiday of this workspace. Raises: NotFound."""
    return _found(Holiday.get_or_none(Holiday.id == holiday_id))


def is_open_at(instant: datetime) -> bool:
    """Whether the studio is open at `instant`."""
    local = instant.astimezone(ZoneInfo(current_workspace().timezone))
    minute = local.hour * 60 + local.minute
    if find_holiday(local.date()):
        return False
    return any(start <= minute < end for start, end in business_hours().get(local.weekday(), []))


# --- history, notices, questions ---


@dataclass(frozen=True)
class Change:
    """One line of history: when, which act, and its words if they are still there."""

    at: datetime
    verb: str
    detail: Mapping[str, Any]


def list_changes(row: Any, *, verb: str, limit: int = 20) -> list[Change]:
    """What became of `row` by `verb`, newest first."""
    query = AuditEvent.select().where(AuditEvent.object_id == row.id, AuditEvent.verb == verb)
    lines = list(query.order_by(AuditEvent.n.desc()).limit(limit))
    details = audit.details_of(lines)
    return [Change(line.at, line.verb, details.get(line.id, {})) for line in lines]


def list_notices(teammate: Teammate, *, limit: int = 50) -> list[Notice]:
    """What the teammate was told, newest first."""
    return list(Notice.select().where(Notice.teammate == teammate).order_by(Notice.at.desc()).limit(limit))


def count_unread(teammate: Teammate) -> int:
    """How many lines the teammate has not seen."""
    return int(unread_of(teammate=teammate.id)[0][0])


@prepared
def unread_of(teammate: Any) -> Any:
    """How many lines the teammate has not seen, as a query."""
    unread = Notice.select(fn.COUNT(Notice.id)).where(Notice.teammate == teammate, Notice.read_at.is_null())
    return unread.tuples()


def list_questions(limit: int = 100) -> list[HelpMessage]:
    """Questions to the operator, newest first."""
    return list(HelpMessage.select().order_by(HelpMessage.at.desc()).limit(limit))


def get_question(message_id: Id) -> HelpMessage:
    """A question to the operator. Raises: NotFound."""
    return _found(HelpMessage.get_or_none(HelpMessage.id == message_id))


def find_present(user: User, workspace: Workspace) -> Teammate | None:
    """The user's row in `workspace`, unless they left; with its user."""
    with entered(workspace):
        found = _present(user=user.id)
    for teammate in found:
        teammate.user = user
    return found[0] if found else None


@prepared
def _present(user: Any) -> Any:
    return Teammate.select().where(Teammate.user == user, Teammate.left_at.is_null())


def _first(query: Any) -> Teammate | None:
    first: Teammate | None = query.first()
    return first


def _teammates() -> Any:
    return Teammate.select(Teammate, User).join(User)


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
