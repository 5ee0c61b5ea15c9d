"""Whatever an outside address opens by itself is one row here: a token's hash, or a slug in clear.

A door names its workspace, so a public address crosses no wall. Past its time or its uses it is gone (410); one that
never was is not found (404).
"""

import hashlib
import secrets as random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from omni.core import clock, scope, tenancy
from omni.core.faults import Gone, NotFound
from omni.core.fields import BytesField, CharField, Field, IdField, InstantField, IntegerField
from omni.core.ids import Id
from omni.core.tenancy import GlobalModel

SLUG = "slug"
TOKEN_BYTES = 24


class Door(GlobalModel):
    """One way in from outside. `key` is a slug in clear; of anything else only the hash lies here."""

    kind = CharField(max_length=32)
    key = CharField(max_length=190, null=True, personal=Field("referral", source="use"))
    sha256 = BytesField(null=True)
    workspace_id = IdField(null=True)
    subject = IdField(index=True)
    expires_at = InstantField(null=True)
    used_at = InstantField(null=True)
    uses_left = IntegerField(null=True)

    class Meta:
        personal = Field("operational")
        indexes = ((("kind", "key"), True), (("sha256",), True))

    @property
    def is_open(self) -> bool:
        """Whether it may still be gone through."""
        is_in_time = self.expires_at is None or self.expires_at > clock.now()
        return bool(is_in_time and self.uses_left != 0)


def open_door(
    kind: str,
    subject: Id,
    *,
    expires_at: datetime | None = None,
    uses: int | None = None,
    token: str | None = None,
) -> str:
    """Make a door of `kind` to `subject` in the current workspace (or in none) and return its token.

    `token` is given where the same link must be made again later: an HMAC of at least 128 bits.
    """
    token = token or random.token_urlsafe(TOKEN_BYTES)
    Door.create(
        kind=kind,
        sha256=_hash(kind, token),
        workspace_id=scope.current().workspace_id,
        subject=subject,
        expires_at=expires_at,
        uses_left=uses,
    )
    return token


def open_slug(key: str, subject: Id) -> Door:
    """Make the door of a public address such as `r/spring`. Raises peewee.IntegrityError when it was ever taken."""
    return Door.create(kind=SLUG, key=key, workspace_id=scope.current().workspace_id, subject=subject)


def find(kind: str, token: str) -> Door | None:
    """The door this token opens, whatever became of it, or None."""
    where = (Door.key == token) if kind == SLUG else (Door.sha256 == _hash(kind, token))
    return Door.get_or_none((Door.kind == kind) & where)


def is_taken(key: str) -> bool:
    """Whether a slug leads somewhere, or once did."""
    return find(SLUG, key) is not None


@contextmanager
def enter(kind: str, token: str) -> Iterator[Door]:
    """Work in the workspace of the door that `token` opens. Raises NotFound, Gone."""
    door = find(kind, token)
    if door is None:
        raise NotFound
    if not door.is_open:
        raise Gone
    with tenancy.entered(door.workspace_id) if door.workspace_id else tenancy.outside():
        yield door


def use(door: Door) -> None:
    """Take one use, in the transaction of the act. Of two at once on the last use, one raises Gone."""
    still_open = (Door.id == door.id) & (Door.expires_at.is_null() | (Door.expires_at > clock.now()))
    taken = (
        Door.update(used_at=clock.now(), uses_left=Door.uses_left - 1)
        .where(still_open & (Door.uses_left.is_null() | (Door.uses_left > 0)))
        .execute()
    )
    if not taken:
        raise Gone


def close_door(door: Door) -> None:
    """Let nobody through from now on."""
    Door.update(expires_at=clock.now()).where(Door.id == door.id).execute()


def close_all(kind: str, subject: Id) -> int:
    """Close every open door of `kind` to `subject`; how many there were comes back."""
    now = clock.now()
    still_open = Door.expires_at.is_null() | (Door.expires_at > now)
    return int(
        Door.update(expires_at=now).where((Door.kind == kind) & (Door.subject == subject) & still_open).execute()
    )


def forget(subject: Id) -> None:
    """Close every door to `subject`; of each the hash alone stays."""
    nobody = {"expires_at": clock.now(), "subject": UUID(int=0)}
    Door.update(nobody).where(Door.subject == subject).execute()


def _hash(kind: str, token: str) -> bytes:
    return hashlib.sha256(f"{kind}:{token}".encode()).digest()


__all__ = ["Door", "close_all", "close_door", "enter", "find", "forget", "is_taken", "open_door", "open_slug", "use"]
