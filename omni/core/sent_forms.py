"""A form that was sent is done once: its key is kept in the transaction of what it did.

`sending` opens a request that carries such a key; the first transaction of it takes the key, or raises SentBefore when
another one has it. A transaction that is rolled back gives the key back with everything else.
Source: docs/decisions/0026-a-form-is-sent-once.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from omni.core import clock, database
from omni.core.fields import BytesField, Field, TextField
from omni.core.schedule import tick
from omni.core.tenancy import GlobalModel

# An answer that was lost is asked for again within minutes. Who sends the same hours later means it.
KEPT = timedelta(hours=1)


class SentForm(GlobalModel):
    """One form that did something: its key, and where it led, if it led anywhere and as soon as that is known."""

    key = BytesField(unique=True)
    location = TextField(null=True)

    class Meta:
        table_name = "sent_form"
        personal = Field("operational")
        indexes = ((("created_at",), False),)


class SentBefore(Exception):
    """This very form did its work already, or is doing it."""

    def __init__(self, key: bytes) -> None:
        super().__init__("the same form was sent before")
        self.key = key


class Sending:
    """One request with a key. `is_done`: one of its transactions was committed, so the key is its own."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.is_done = False

    def take(self) -> None:
        """Write the key down in the transaction that just began. Raises SentBefore."""
        if self.is_done:
            return
        taken = (
            SentForm.insert(key=self.key)
            .on_conflict(
                conflict_target=[SentForm.key],
                update={SentForm.created_at: clock.now(), SentForm.location: None},
                where=SentForm.created_at < clock.now() - KEPT,
            )
            .returning(SentForm.id)
        )
        if not list(taken.execute()):
            raise SentBefore(self.key)
        database.after_commit(self._done)

    def led_to(self, location: str) -> None:
        """Keep where the answer led."""
        SentForm.update(location=location).where(SentForm.key == self.key).execute()

    def refused(self) -> None:
        """Let the same form be sent again: it did not do what it was sent for."""
        SentForm.delete().where(SentForm.key == self.key).execute()

    def _done(self) -> None:
        self.is_done = True


@tick("core.forget_sent_forms", every_s=3600)
def forget() -> None:
    """Forget the keys whose hour is over."""
    SentForm.delete().where(SentForm.created_at < clock.now() - KEPT).execute()


@contextmanager
def sending(key: bytes) -> Iterator[Sending]:
    """Work on a form with this key."""
    one = Sending(key)
    token = database.at_first.set(one.take)
    try:
        yield one
    finally:
        database.at_first.reset(token)


def find(key: bytes) -> SentForm | None:
    """The form of this key that did its work within the hour."""
    found: SentForm | None = SentForm.get_or_none((SentForm.key == key) & (SentForm.created_at >= clock.now() - KEPT))
    return found
