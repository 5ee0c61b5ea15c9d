"""A permit: our leave to reach one contact once. Minted in `gate` alone, demanded by every gateway to people."""

from __future__ import annotations

from datetime import datetime, timedelta

from omni.contacts.kinds import Channel
from omni.core import clock
from omni.core.ids import Id
from omni.core.policies import Purpose

LIFE = timedelta(seconds=60)
_MINT = object()


class PermitRefused(Exception):
    """The permit was used, is older than 60 s, or was given for something else."""


class Permit:
    """Leave to reach `contact_id` on `channel` for `purpose`, once, within 60 s."""

    __slots__ = ("_minted_at", "_spent", "channel", "contact_id", "norm", "purpose")

    def __init__(self, mint: object, contact_id: Id | None, purpose: Purpose, channel: Channel, norm: str) -> None:
        if mint is not _MINT:
            raise PermitRefused("only the gate mints permits")
        self.contact_id = contact_id
        self.purpose = purpose
        self.channel = channel
        self.norm = norm
        self._minted_at: datetime = clock.now()
        self._spent = False

    def spend(self, contact_id: Id | None, purpose: Purpose, channel: Channel, norm: str) -> None:
        """Use the permit up for exactly this act.

        Raises: PermitRefused when it was used, is older than 60 s, or is bound to something else.
        """
        if self._spent:
            raise PermitRefused("the permit was used")
        self._spent = True
        if clock.now() - self._minted_at > LIFE:
            raise PermitRefused("the permit is older than 60 s")
        if (contact_id, purpose, channel, norm) != (self.contact_id, self.purpose, self.channel, self.norm):
            raise PermitRefused("the permit was given for something else")
