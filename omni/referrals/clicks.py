"""Noting a hit while the page is being answered: no network, no SQL, one line appended to a file."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from omni.core import clock, secrets
from omni.core.ids import Id, new_id
from omni.referrals.records import Record, seal
from omni.referrals.sources import CHANNELS
from omni.referrals.spool import Writer
from omni.referrals.visitors import Redis, Salts, visitor_key

_CHANNEL_NUMBERS = {channel: number for number, channel in enumerate(CHANNELS, start=1)}


def day_key(day: date, under: bytes | None) -> tuple[bytes, bytes]:
    """The key that seals the hits of a day, from the newest encryption key or the one named. Raises KeyError."""
    return secrets.derived_encryption_key(f"spool:{day.isoformat()}", under)


class Counter:
    """One process's pen: made after the fork, since what was opened before it is never written to after it."""

    def __init__(self, folder: Path, connect: Callable[[], Redis]) -> None:
        self._writer = Writer(folder)
        self._salts = Salts(connect)

    def note(
        self,
        *,
        workspace_id: Id,
        link_id: Id,
        zone: ZoneInfo,
        address: str,
        agent: str,
        referrer: str = "",
        channel: str = "",
        wants_no_tracking: bool = False,
        is_head: bool = False,
        is_prefetch: bool = False,
        accepts_html: bool = True,
        has_session: bool = False,
        is_confirmation: bool = False,
    ) -> None:
        """Append one sealed record. The address goes into the visitor's key and nowhere else."""
        at = clock.now()
        salt = None if wants_no_tracking else self._salts.of(at.astimezone(zone).date())
        key = b""
        if salt:
            key = visitor_key(salt, workspace_id=workspace_id, link_id=link_id, address=address, agent=agent)
        record = Record(
            id=new_id(),
            workspace_id=workspace_id,
            link_id=link_id,
            at=at,
            is_head=is_head,
            is_prefetch=is_prefetch,
            accepts_html=accepts_html,
            has_session=has_session,
            is_confirmation=is_confirmation,
            channel=_CHANNEL_NUMBERS.get(channel, 0),
            visitor_key=key,
            agent=agent,
            referrer_host=_host(referrer) if referrer else "",
        )
        self._writer.append(seal(record, day_key))

    def close(self) -> None:
        """Finish the segment, so that the drain may take all of it."""
        self._writer.close()


@lru_cache(maxsize=1024)
def _host(referrer: str) -> str:
    try:
        return urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
