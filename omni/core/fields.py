"""Columns. Each may say what personal data it holds; the rest of its table is spoken for by `Meta.personal`.

Instants are stored as integer microseconds since 1970 in UTC on both databases, so that one text of SQL serves both
and no driver's idea of a zone can creep in.
"""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import peewee

from omni.core import secrets
from omni.core.database import is_postgres
from omni.core.personal_data import Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# `json.dumps` with options makes a new encoder for each value.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

__all__ = [
    "BigIntegerField",
    "BooleanField",
    "BytesField",
    "CharField",
    "DateField",
    "EnumField",
    "Field",
    "FloatField",
    "IdField",
    "InstantField",
    "IntegerField",
    "JsonField",
    "OrderKeyField",
    "SealedField",
    "TextField",
    "TimeField",
]


class _Declared:
    """A column that may say what personal data it holds."""

    def __init__(self, *args: Any, personal: Field | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personal = personal


class TextField(_Declared, peewee.TextField):
    """Text of any length."""


class CharField(_Declared, peewee.CharField):
    """Text of at most `max_length` characters (255)."""


class IntegerField(_Declared, peewee.IntegerField):
    """A whole number of 32 bits."""


class BigIntegerField(_Declared, peewee.BigIntegerField):
    """A whole number of 64 bits."""


class FloatField(_Declared, peewee.DoubleField):
    """A number with a fraction, 64 bits."""


class BooleanField(_Declared, peewee.BooleanField):
    """True or false."""


class DateField(_Declared, peewee.DateField):
    """A calendar day without a zone."""


class TimeField(_Declared, peewee.TimeField):
    """A time of day without a zone."""


class BytesField(_Declared, peewee.BlobField):
    """Bytes."""

    def python_value(self, value: Any) -> bytes | None:
        return None if value is None else bytes(value)


class IdField(_Declared, peewee.Field):
    """An id: native `uuid` on PostgreSQL, 16 bytes on SQLite, `uuid.UUID` in Python."""

    field_type = "UUID"

    def db_value(self, value: Any) -> Any:
        if value is None:
            return None
        value = (
            value if isinstance(value, UUID) else UUID(bytes=value) if isinstance(value, bytes) else UUID(str(value))
        )
        return value if is_postgres() else value.bytes

    def python_value(self, value: Any) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=bytes(value))


class InstantField(_Declared, peewee.Field):
    """An aware instant, kept as microseconds since 1970."""

    field_type = "BIGINT"

    def db_value(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return int((value - EPOCH) // MICROSECOND)

    def python_value(self, value: Any) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return EPOCH + timedelta(microseconds=int(value))


class EnumField(_Declared, peewee.CharField):
    """One word of a `StrEnum`, kept as that word."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        super().__init__(**kwargs)
        self.words = words

    def db_value(self, value: Any) -> str | None:
        return None if value is None else self.words(value).value

    def python_value(self, value: Any) -> StrEnum | None:
        return None if value is None else self.words(value)


class OrderKeyField(_Declared, peewee.TextField):
    """A fractional position: compared byte by byte on both databases, whatever the server's own collation is."""

    def ddl_datatype(self, ctx: Any) -> Any:
        bytewise = ' COLLATE "C"' if ctx.state.param == "%s" else ""
        return peewee.SQL(f"TEXT{bytewise}")


class JsonField(_Declared, peewee.TextField):
    """A JSON value, kept as text on both databases."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else _to_json(value)

    def python_value(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value


class _SealedAccessor(peewee.FieldAccessor):
    """Opens on reading and seals on writing, since only the row knows what the value is bound to."""

    def __get__(self, instance: Any, instance_type: Any = None) -> Any:
        if instance is None:
            return self.field
        sealed = instance.__data__.get(self.name)
        if sealed is None:
            return None
        return secrets.open_sealed(bytes(sealed), sealed_to(instance)).decode()

    def __set__(self, instance: Any, value: Any) -> None:
        # Bytes come from the database and are sealed already; a person's words are text.
        sealed = self.field.seal_for(instance, value) if isinstance(value, str) else value
        instance.__data__[self.name] = sealed
        instance._dirty.add(self.name)


class SealedField(_Declared, peewee.BlobField):
    """Text that lies encrypted, bound to its table, row and workspace. Written through a row, never by an UPDATE."""

    accessor_class = _SealedAccessor

    def seal_for(self, instance: Any, value: str) -> bytes:
        """The bytes that stand for `value` in this row's column."""
        return secrets.seal(value.encode(), sealed_to(instance))

    def db_value(self, value: Any) -> Any:
        if isinstance(value, str):
            raise TypeError(f"{self.name} is sealed: set it on the row and save the row")
        return super().db_value(value)  # type: ignore[no-untyped-call]


def sealed_to(row: Any) -> bytes:
    """What a sealed value of this row is bound to: table, id and workspace."""
    workspace_id = row.__data__.get("workspace")
    workspace_id = getattr(workspace_id, "id", workspace_id)
    return f"{row._meta.table_name}:{row.id}:{workspace_id or '-'}".encode()
