"""What this room asks of rooms above it. Answers run in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from omni.accounts.models import Teammate
from omni.contacts.doers import By
from omni.contacts.kinds import Channel, Direction, Kind, Lifecycle
from omni.contacts.models import Contact
from omni.core.actors import Actor
from omni.core.changes import Batch, Change
from omni.core.ids import Id
from omni.core.ports import Port
from omni.core.together import Part


class AgendaKind(StrEnum):
    """Why something stands on Today, in the order in which it is shown."""

    REPLY = "reply"
    OVERDUE = "overdue"
    DUE = "due"
    NEW_LEAD = "new_lead"
    SILENT = "silent"
    FIRST_STEP = "first_step"


@dataclass(frozen=True)
class Ring:
    """How far a wait has come: 1 to 59 calm, 60 to 99 warm, 100 hot; `words` say the same."""

    percent: int
    words: str

    @property
    def level(self) -> str:
        return "hot" if self.percent >= 100 else "warm" if self.percent >= 60 else "calm"


@dataclass(frozen=True)
class Standing:
    """Where a contact stands: the `stage` alone, the same with how long, and the ring of what has waited longest.

    `line` is their status line as it stands under a name ("Call · 2 days late"), `said` the same where no name stands
    above it ("Call Ana, 2 days late"); `tone` (later, today, late, none) and `icon` go with it. All empty where nothing
    is waited for.
    """

    stage: str
    place: str
    ring: Ring | None
    line: str = ""
    said: str = ""
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class AgendaItem:
    """One line of Today.

    `words` is what the person last said or what is to be done (`is_quote` says which); `wait` the wait in words, such
    as "48 min"; `act_label`, `act_href` and `act_icon` the one thing to do. Of kind first_step only `words`, `act_href`
    and `is_done` are read. `order` sorts within a kind, lowest first.
    `standing` is added when the item is shown: where its person stands, and their status line. `all_href` leads to
    where everything of this kind stands; `has_more` says that the room knows of more than it names.
    """

    kind: AgendaKind
    words: str
    act_href: str
    act_label: str = ""
    act_icon: str = "chevron-right"
    contact: Contact | None = None
    is_quote: bool = False
    wait: str = ""
    ring: Ring | None = None
    order: Any = 0
    is_done: bool = False
    standing: Standing | None = None
    all_href: str = ""
    has_more: bool = False

    @property
    def tone(self) -> str:
        """How loud the wait is said: what is overdue is late, a reply and a new lead speak as their ring does."""
        if self.kind is AgendaKind.OVERDUE:
            return "hot"
        is_of_ring = self.ring is not None and self.kind in (AgendaKind.REPLY, AgendaKind.NEW_LEAD)
        return self.ring.level if self.ring and is_of_ring else "calm"


def cut(items: list[AgendaItem], most: int) -> list[AgendaItem]:
    """What a room names that asked for no more than `most`: when so many came there may be more, as the last says."""
    return items if len(items) < most else [*items[:-1], replace(items[-1], has_more=True)]


@dataclass(frozen=True)
class Panel:
    """A fragment another room shows on a contact's page: `slot` is where, `template` its own fragment.

    Slots: `next` above the timeline, `dock` the composer at the foot, `side`, `head` beside the name (buttons), `menu`
    (links of the menu beside it), `privacy` on the privacy card, `goodbye` at the end. A fragment is told by `is_first`
    whether it opens its slot. The room that knows where the contact stands says so beside it (`standing`).
    """

    slot: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    order: int = 0
    standing: Standing | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a text in the timeline, in a word with its icon; `is_fault` when it did not arrive."""

    words: str
    icon: str | None = None
    is_fault: bool = False


@dataclass(frozen=True)
class StagePlace:
    id: Id
    name: str


@dataclass(frozen=True)
class BoardPlace:
    """A board a contact may be put on. `lives` are the stages of life of the people it is for."""

    id: Id
    name: str
    stages: tuple[StagePlace, ...]
    lives: frozenset[Lifecycle] = frozenset()


@dataclass(frozen=True)
class Landing:
    """Where contacts may be put: the boards, the stage a new contact gets unless told, and the act itself.

    `land(contact, stage_id, by=…, via=…)` gives the contact a card there unless an open one is on that board already,
    and answers whether one was made; it records its changes in the batch that is open. `land_again(contact, since=…,
    by=…)` does so for who was put away since then, wherever a card was taken off, with what that card said.
    `put(contact, stage_id, by=…)` gives the contact a card there, or moves the one that is open on that board, and
    answers whether something changed; what the stage asks for and nobody said, it refuses. `add_stage(board_id, name,
    by=…)` makes a stage and answers its id; taking the open batch back takes it away, when it is empty.
    """

    boards: tuple[BoardPlace, ...]
    default_stage: Id | None
    land: Callable[..., bool]
    land_again: Callable[..., None]
    put: Callable[..., bool]
    add_stage: Callable[..., Id]


@dataclass(frozen=True)
class Finding:
    """A page, or something that can be done, as the search sheet offers it; `is_of_person`: for the person found."""

    label: str
    href: str
    icon: str
    is_of_person: bool = False


class StopReason(StrEnum):
    OPTED_OUT = "opted_out"
    MAY_HAVE_STOPPED = "may_have_stopped"
    RESTRICTED = "restricted"
    DO_NOT_CONTACT = "do_not_contact"
    TAKEN_BACK = "taken_back"
    PUT_AWAY = "put_away"
    ERASED = "erased"


@dataclass(frozen=True)
class Stop:
    """Everything on its way to these contacts on `channel` (None: every channel) has to end, by `reason`."""

    contact_ids: tuple[Id, ...]
    channel: Channel | None
    norm: str | None
    reason: StopReason
    by: By
    at: datetime


agenda: Port[Callable[[Teammate], list[AgendaItem]]] = Port("agenda")
panels: Port[Callable[[Contact, Teammate], list[Panel]]] = Port("panels")
# Of the contacts asked for, those that stand on a board or wait for something.
standings: Port[Callable[[Sequence[Id]], Mapping[Id, Standing]]] = Port("standings")
# The contacts that stand in one of these stages, or with None anywhere, as a query of their ids.
standing_in: Port[Callable[[Sequence[Id] | None], Any]] = Port("standing_in")
# The pages of a room and what it can do, for this teammate, and for the person found first, where one was.
finders: Port[Callable[[Teammate, Contact | None], list[Finding]]] = Port("finders")
# What else a room can do for everyone who fits a list: pages that take its query.
for_many: Port[Callable[[Teammate, str], list[Finding]]] = Port("for_many")
# Of the messages asked for, by the ids their lines of the timeline refer to.
receipts: Port[Callable[[Sequence[Id]], Mapping[Id, Receipt]]] = Port("receipts")
# A call to this contact was answered for: what waited for it is done. The names of what is done now.
called: Port[Callable[[Contact, By], list[str]]] = Port("called")
# What may come next for this contact, offered after a call: a fragment that makes it a step of this name.
# The address is where it leads.
offers: Port[Callable[[Contact, Teammate, str, str], list[Panel]]] = Port("offers")
# What the queue shows of this contact besides: the last words and a draft to answer with in its slots `words` and `go`,
# and in `acts` what else may be done with one press. The address is where that leads.
answering: Port[Callable[[Contact, Teammate, str], list[Panel]]] = Port("answering")
landing: Port[Callable[[], Landing]] = Port("landing")
# The boards people may be put on.
places: Port[Callable[[], Part[tuple[BoardPlace, ...]]]] = Port("places")
# A whole workspace moves in out of the file it was saved as, or (True) that is only tried; what came of it as the
# command tells it. None: the file is no such export. Raises: ValueError, whose text says why one cannot be used.
moving_in: Port[Callable[[Path | BinaryIO, bool, Actor], Mapping[str, Any] | None]] = Port("moving_in")
# Whether a whole workspace may move in here: nothing stands here but what every new one begins with.
vacancy: Port[Callable[[], bool]] = Port("vacancy")
stopping: Port[Callable[[Stop], None]] = Port("stopping")
# A line was put on the contact's timeline, and their own clocks have moved on. Arrivals by a file are not told.
touched: Port[Callable[[Contact, Kind, Direction | None, datetime], None]] = Port("touched")
# What is planned for this contact changed: their next step, or the day until which they rest.
planned: Port[Callable[[Id], None]] = Port("planned")


@dataclass(frozen=True)
class Merge:
    """Two contacts becoming one: what is the `loser`'s becomes the `winner`'s, recorded in `batch`."""

    winner: Contact
    loser: Contact
    batch: Batch
    by: By


def _nothing(_contact_ids: Sequence[Id]) -> None:
    """Nothing is reckoned anew."""


@dataclass(frozen=True)
class Merging:
    """How a room's tables follow a merge: each table with a contact, and the act that moves its rows.

    `settle` is told the ids of both after they became one, and after they were parted again: what the room reckons from
    a contact's rows is reckoned anew.
    """

    tables: Mapping[str, Callable[[Merge], None]]
    settle: Callable[[Sequence[Id]], None] = _nothing


merging: Port[Callable[[], Merging]] = Port("merging")


class Restorer(Protocol):
    """Puts one change back where more hangs on a row than its columns (counters, stays, next steps)."""

    def __call__(self, change: Change, back: Batch, *, by: By) -> list[str]:
        """Put the row back and record that in `back`; the fields that were left, since somebody changed them."""


# Each answer names the tables whose rows it can put back: {table name: its model, or a restorer of its own}.
restorers: Port[Callable[[], Mapping[str, type[Any] | Restorer]]] = Port("restorers")
