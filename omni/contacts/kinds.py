"""The closed lists this room's rows are made of."""

from __future__ import annotations

from enum import StrEnum


class Lifecycle(StrEnum):
    LEAD = "lead"
    TRIAL = "trial"
    MEMBER = "member"
    PAUSED = "paused"
    FORMER = "former"


# Where a line of kind lifecycle names a stage of life, this says that it stayed: nobody leaves what they never joined.
NEVER_A_MEMBER = "never_a_member"


class Processing(StrEnum):
    NORMAL = "normal"
    RESTRICTED = "restricted"
    ERASING = "erasing"


class PointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    URL = "url"
    ADDRESS = "address"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    CALL = "call"

    @property
    def point_kind(self) -> PointKind:
        """The kind of contact point this channel reaches a person by."""
        return PointKind.EMAIL if self is Channel.EMAIL else PointKind.PHONE


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """What a line of the timeline says happened."""

    ARRIVED = "arrived"
    NOTE = "note"
    TEXT = "text"
    EMAIL = "email"
    CALL = "call"
    STAGE = "stage"
    LIFECYCLE = "lifecycle"
    JOINED = "joined"
    PUT_AWAY = "put_away"
    CAME_BACK = "came_back"
    OWNER = "owner"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    CONSENTED = "consented"
    OPTED_OUT = "opted_out"
    MAY_HAVE_STOPPED = "may_have_stopped"
    RESUMED = "resumed"
    RESTRICTED = "restricted"
    LIFTED = "lifted"
    SNOOZED = "snoozed"
    TASK = "task"
    REFERRAL = "referral"
    LINKED = "linked"
    MERGED = "merged"
    PARTED = "parted"


class CallOutcome(StrEnum):
    """How a call went, as whoever made it says."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    WRONG_NUMBER = "wrong_number"


class ConsentKind(StrEnum):
    """`PAUSED`: they may have asked to stop, and nobody has said yet whether they did."""

    GRANTED = "granted"
    REVOKED = "revoked"
    PAUSED = "paused"
    RESUMED = "resumed"


# Where a resumed row says so, a person only said that no stop was meant: it lifts a pause and never a stop.
NO_STOP_MEANT = "no_stop_meant"


class Scope(StrEnum):
    ALL = "all"
    MARKETING = "marketing"
    SERVICE = "service"


class Basis(StrEnum):
    """How a yes was given."""

    ASKED = "asked"
    GAVE_NUMBER = "gave_number"
    CUSTOMER = "customer"
    WRITTEN = "written"
    FORM = "form"
    BOOKING = "booking"
    INBOUND = "inbound"
    CONFIRMED = "confirmed"


class Entry(StrEnum):
    """The way a contact came to us."""

    HAND = "hand"
    FORM = "form"
    REFERRAL = "referral"
    TEXT = "text"
    BOOKING = "booking"
    API = "api"
    IMPORT = "import"


class ImportState(StrEnum):
    RECEIVED = "received"
    READ = "read"
    MAPPED = "mapped"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    UNDONE = "undone"


class RowAction(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class BulkAct(StrEnum):
    """What can be done with many people at once, and `undo`, which takes a long act back."""

    TAG = "tag"
    UNTAG = "untag"
    OWNER = "owner"
    LIFE = "life"
    STAGE = "stage"
    AWAY = "away"
    UNDO = "undo"


class BulkState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class FieldKind(StrEnum):
    """What one of a studio's own fields holds."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    BOOL = "bool"
    SELECT = "select"
    MULTI = "multi"
    URL = "url"

    @property
    def has_options(self) -> bool:
        return self in (FieldKind.SELECT, FieldKind.MULTI)


class GoalStatus(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


class Tie(StrEnum):
    """What one person is to another. `CHILD` and `WARD` are said of the other side and never stored."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    SIBLING = "sibling"
    GUARDIAN = "guardian"
    WARD = "ward"

    @property
    def inverse(self) -> Tie:
        """The same tie from the other side."""
        return _INVERSE.get(self, self)


_INVERSE = {Tie.PARENT: Tie.CHILD, Tie.CHILD: Tie.PARENT, Tie.GUARDIAN: Tie.WARD, Tie.WARD: Tie.GUARDIAN}


class PairState(StrEnum):
    """What somebody made of two people who might be one."""

    OPEN = "open"
    MERGED = "merged"
    HOUSEHOLD = "household"
    SEPARATE = "separate"


class Reason(StrEnum):
    """Why two people might be one."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ALIKE = "alike"
    BIRTHDAY = "birthday"
    DIGITS = "digits"
    CITY = "city"
