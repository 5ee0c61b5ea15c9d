"""The book of what was decided and by whom: append-only, one line an act, in the act's own transaction.

A line holds a keyed hash of its detail (`commit`); the detail itself lies sealed beside it under the subject's own key,
so that erasing the subject destroys the words and leaves the line.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from omni.core import clock, secrets
from omni.core.actors import Actor, ActorKind
from omni.core.fields import BytesField, CharField, EnumField, Field, IdField, InstantField, IntegerField
from omni.core.ids import Id
from omni.core.tenancy import TenantKey, TenantModel, current_workspace_id, take_turns


class SubjectKey(TenantModel):
    """The key of one subject's words, wrapped; destroyed when the subject is erased."""

    subject = IdField()
    wrapped = BytesField(null=True)

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "subject"), True),)


class AuditEvent(TenantModel):
    """One line. `n` counts within the workspace without a gap."""

    n = IntegerField()
    at = InstantField(default=clock.now)
    actor_kind = EnumField(ActorKind)
    actor_id = IdField(null=True)
    verb = CharField(max_length=48)
    object_table = CharField(max_length=48)
    object_id = IdField(null=True)
    commit = BytesField()

    class Meta:
        personal = Field("operational")
        indexes = ((("workspace", "n"), True),)


class AuditDetail(TenantModel):
    """The words of a line, sealed under the subject's key."""

    event = TenantKey(AuditEvent, on_delete="CASCADE")
    subject = IdField(index=True)
    sealed = BytesField(personal=Field("user_content", source="use"))

    class Meta:
        personal = Field("operational")


def record(verb: str, row: Any, *, by: Actor, subject: Id | None = None, **detail: Any) -> AuditEvent:
    """Write one line about `row` in the open transaction; `detail` is sealed under `subject`'s key (the row's id)."""
    subject = subject or row.id
    words = json.dumps(detail, sort_keys=True, default=str).encode()
    key = _key_of(subject)
    line = AuditEvent.create(
        n=_next_number(),
        actor_kind=by.kind,
        actor_id=by.id,
        verb=verb,
        object_table=row._meta.table_name,
        object_id=row.id,
        commit=hmac.new(key, words, hashlib.sha256).digest(),
    )
    if detail:
        sealed = _seal_with(key, words, line.id.bytes)
        AuditDetail.create(event=line, subject=subject, sealed=sealed)
    return line


def detail_of(line: AuditEvent) -> dict[str, Any] | None:
    """The words of a line, or None when there were none or their subject was erased."""
    return details_of([line]).get(line.id)


def details_of(lines: Sequence[AuditEvent]) -> dict[Id, dict[str, Any]]:
    """The words of these lines by their ids; a line without words, or whose subject was erased, is not among them."""
    rows = list(AuditDetail.select().where(AuditDetail.event.in_([line.id for line in lines])))
    holders = SubjectKey.select().where(SubjectKey.subject.in_({row.subject for row in rows}))
    keys = {
        holder.subject: secrets.open_sealed(holder.wrapped, _bound_to(holder.subject))
        for holder in holders
        if holder.wrapped is not None
    }
    return {
        row.event_id: json.loads(_open_with(keys[row.subject], row.sealed, row.event_id.bytes))
        for row in rows
        if row.subject in keys
    }


def forget(subject: Id) -> None:
    """Destroy the key of the subject's words; the lines stay, and nobody reads what they said."""
    SubjectKey.update(wrapped=None).where(SubjectKey.subject == subject).execute()


def _next_number() -> int:
    take_turns("audit")
    last = AuditEvent.select(AuditEvent.n).order_by(AuditEvent.n.desc()).limit(1).scalar()
    return (last or 0) + 1


def _key_of(subject: Id) -> bytes:
    holder = SubjectKey.select().where(SubjectKey.subject == subject).first()
    if holder is not None and holder.wrapped is not None:
        return secrets.open_sealed(holder.wrapped, _bound_to(subject))
    key = os.urandom(32)
    wrapped = secrets.seal(key, _bound_to(subject))
    if holder is None:
        SubjectKey.create(subject=subject, wrapped=wrapped)
    else:
        SubjectKey.update(wrapped=wrapped).where(SubjectKey.subject == subject).execute()
    return key


def _bound_to(subject: Id) -> bytes:
    return f"subject_key:{subject}:{current_workspace_id()}".encode()


def _seal_with(key: bytes, plain: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(secrets.NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def _open_with(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[: secrets.NONCE_BYTES], sealed[secrets.NONCE_BYTES :], aad)
