"""What texts cost: taken from the day and the month before a text is accepted, given back when it never leaves.

What is held and settled is what is used, and never more than the cap, however many write at once.
"""

from datetime import date

from omni.accounts.models import Teammate
from omni.core import actors, audit, clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace, current_workspace_id
from omni.core.words import lazy
from omni.messaging import costs
from omni.messaging.models import (
    FIRST_CAPS,
    Carrier,
    Message,
    PeriodKind,
    ReservationState,
    Sender,
    SpendPeriod,
    SpendReservation,
)
from omni.messaging.states import MessagePurpose

_AT_ONCE = 500
OVER_DAY = lazy("This is %(short)s over your limit of %(cap)s for today. Raise it under Settings, Texting, or wait.")
OVER_MONTH = lazy("This is %(short)s over your limit of %(cap)s for this month. Raise it under Settings, Texting.")


def reserve(message: Message, sender: Sender) -> None:
    """Take what a text costs from its day and month, inside the caller's transaction. Raises: Invalid, over a cap.

    A practice text costs nothing; what the law asks for is counted and never refused.
    """
    if message.carrier is not Carrier.TWILIO:
        return
    micros = costs.of_text(message.est_segments, sender)
    _take(micros, is_bound=message.purpose is not MessagePurpose.REQUIRED, message_id=message.id)


def hold(campaign_id: Id, micros: int) -> None:
    """Take what a whole campaign costs, inside the caller's transaction. Raises: Invalid, over a cap."""
    if micros:
        _take(micros, is_bound=True, campaign_id=campaign_id, field="")


def move(campaign_id: Id, message_id: Id, micros: int) -> None:
    """Let one text of a campaign stand for its part of what the campaign took."""
    held = SpendReservation.get_or_none(
        SpendReservation.campaign_id == campaign_id, SpendReservation.state == ReservationState.HELD
    )
    if held is None or not micros:
        return
    SpendReservation.update(micros=SpendReservation.micros - micros).where(SpendReservation.id == held.id).execute()
    SpendReservation.create(message_id=message_id, day=held.day_id, month=held.month_id, micros=micros)


def give_back_rest(campaign_id: Id) -> None:
    """Give back what a campaign took and no text of it stands for; it may take anew later."""
    held = SpendReservation.get_or_none(
        SpendReservation.campaign_id == campaign_id, SpendReservation.state == ReservationState.HELD
    )
    if held is not None:
        _give_back(held)
        SpendReservation.update(campaign_id=None).where(SpendReservation.id == held.id).execute()


def release(message_ids: list[Id]) -> None:
    """Give back what texts that never left had taken."""
    for at in range(0, len(message_ids), _AT_ONCE):
        held = SpendReservation.select().where(
            SpendReservation.message_id << message_ids[at : at + _AT_ONCE],
            SpendReservation.state == ReservationState.HELD,
        )
        for row in list(held):
            _give_back(row)


def settle(message_id: Id) -> None:
    """The text has left: what it took is spent."""
    SpendReservation.update(state=ReservationState.SETTLED).where(
        SpendReservation.message_id == message_id, SpendReservation.state << [ReservationState.HELD]
    ).execute()


def set_caps(*, day: int, month: int, by: Teammate) -> None:
    """Choose what texts may cost a day and a month, in micros, from now on."""
    with transaction():
        for kind, cap in ((PeriodKind.DAY, day), (PeriodKind.MONTH, month)):
            period = period_of(kind)
            SpendPeriod.update(cap=cap).where(SpendPeriod.id == period.id).execute()
        audit.record("texting.limits", current_workspace(), by=actors.teammate(by.id), day=day, month=month)


def set_pace(
    sender: Sender, *, per_minute: int, per_day: int, micros_per_segment: int, is_registered: bool, by: Teammate
) -> None:
    """Choose how fast a number sends and what a segment costs; say that it is registered now, where it was refused."""
    changes: dict[str, object] = {
        "segments_per_minute": per_minute, "segments_per_day": per_day, "micros_per_segment": micros_per_segment,
    }  # fmt: skip
    if is_registered:
        changes["unregistered_at"] = None
    with transaction():
        Sender.update(changes).where(Sender.id == sender.id).execute()
        audit.record("texting.pace", sender, by=actors.teammate(by.id), per_minute=per_minute, per_day=per_day)


def period_of(kind: PeriodKind) -> SpendPeriod:
    """The day or month that it is now in the studio; a new one begins with the last one's cap."""
    starts_on = _start(kind, clock.today_in(current_workspace().timezone))
    known = SpendPeriod.get_or_none(SpendPeriod.kind == kind, SpendPeriod.starts_on == starts_on)
    if known is not None:
        return known
    last = SpendPeriod.select().where(SpendPeriod.kind == kind).order_by(SpendPeriod.starts_on.desc()).first()
    SpendPeriod.insert(
        workspace=current_workspace_id(), kind=kind, starts_on=starts_on, cap=last.cap if last else FIRST_CAPS[kind]
    ).on_conflict_ignore().execute()
    found: SpendPeriod = SpendPeriod.get(SpendPeriod.kind == kind, SpendPeriod.starts_on == starts_on)
    return found


def _start(kind: PeriodKind, day: date) -> date:
    return day if kind is PeriodKind.DAY else day.replace(day=1)


def _take(
    micros: int,
    *,
    is_bound: bool,
    message_id: Id | None = None,
    campaign_id: Id | None = None,
    field: str = "body",
) -> None:
    day, month = period_of(PeriodKind.DAY), period_of(PeriodKind.MONTH)
    for period, words in ((day, OVER_DAY), (month, OVER_MONTH)):
        fits = SpendPeriod.used + micros <= SpendPeriod.cap if is_bound else SpendPeriod.used >= 0
        taken = SpendPeriod.update(used=SpendPeriod.used + micros).where(SpendPeriod.id == period.id, fits).execute()
        if not taken:
            fresh = SpendPeriod.get_by_id(period.id)
            short = costs.shown(fresh.used + micros - fresh.cap)
            raise Invalid(faults={field: words.key}, short=short, cap=costs.shown(fresh.cap))
    SpendReservation.create(
        message_id=message_id, campaign_id=campaign_id, day=day, month=month, micros=micros,
        state=ReservationState.HELD,
    )  # fmt: skip


def _give_back(row: SpendReservation) -> None:
    released = (
        SpendReservation.update(state=ReservationState.RELEASED)
        .where(SpendReservation.id == row.id, SpendReservation.state == ReservationState.HELD)
        .execute()
    )
    if released:
        for period_id in (row.day_id, row.month_id):
            SpendPeriod.update(used=SpendPeriod.used - row.micros).where(SpendPeriod.id == period_id).execute()
