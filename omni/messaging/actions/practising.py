"""The practice phone: its number, what a person makes it say, how it behaves."""

from omni.core import doors
from omni.core.database import transaction
from omni.core.ids import Id
from omni.messaging import practice, queries
from omni.messaging.models import Carrier, Persona, PracticeText, Sender

DOOR = "twilio"


def ensure_practice_sender() -> Sender:
    """The workspace's practice number, with the door by which its callbacks come in."""
    with transaction():
        found = queries.find_sender_at(practice.number())
        if found is not None:
            return found
        sender: Sender = Sender.create(carrier=Carrier.PRACTICE, address=practice.number())
        doors.open_door(DOOR, sender.id, token=f"{practice.account_sid()}:{sender.address}")
        return sender


def play(text_id: Id) -> None:
    """Let the practice carrier do what a text still has to do."""
    practice.play(text_id)


def say(phone: str, body: str) -> PracticeText:
    """Text us as the person behind a practice phone."""
    return practice.say(phone, body, to=ensure_practice_sender().address)


def choose_persona(phone: str, persona: Persona) -> None:
    """Let a practice phone behave so from its next text on."""
    practice.choose_persona(phone, persona)
