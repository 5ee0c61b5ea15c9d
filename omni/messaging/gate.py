"""Whether one text may go to one address now: contacts' gate first, then what only this room knows.

One function for the strip over the composer, for accepting (C0) and for the claim (C2). Only the permit of a claim is
ever spent.
"""

from dataclasses import dataclass

from omni.contacts import gate as people
from omni.contacts.gate import Rule, Verdict
from omni.contacts.kinds import Channel
from omni.contacts.models import Contact
from omni.contacts.permit import Permit
from omni.core.policies import Purpose
from omni.core.words import Lazy
from omni.messaging.models import Conversation
from omni.messaging.states import Reason

_REASONS = {
    Rule.FROZEN: Reason.FROZEN,
    Rule.ERASING: Reason.GATE,
    Rule.RESTRICTED: Reason.RESTRICTED,
    Rule.MINOR: Reason.MINOR,
    Rule.NO_ADDRESS: Reason.GATE,
    Rule.DO_NOT_CONTACT: Reason.DO_NOT_CONTACT,
    Rule.SUPPRESSED: Reason.OPTED_OUT,
    Rule.NO_CONSENT: Reason.NO_BASIS,
}


@dataclass(frozen=True)
class Answer:
    """A permit, or the reason there is none. `words` say the reason as contacts words it."""

    permit: Permit | None
    reason: Reason | None = None
    words: Lazy | None = None

    @property
    def is_open(self) -> bool:
        return self.permit is not None

    @property
    def wants_basis(self) -> bool:
        return self.reason is Reason.NO_BASIS


def check(contact: Contact | None, address: str, conversation: Conversation | None = None) -> Answer:
    """Whether a text (reply or service) may go to `address` now."""
    if conversation is not None and conversation.is_blocked:
        return Answer(None, Reason.BLOCKED_HERE)
    if contact is None:
        return _answer(people.may_write_to(Channel.SMS, address, Purpose.SERVICE))
    return _answer(people.may_process(contact, Purpose.SERVICE, Channel.SMS, norm=address))


def _answer(verdict: Verdict) -> Answer:
    if verdict.permit is not None:
        return Answer(verdict.permit)
    return Answer(None, _REASONS.get(verdict.rule, Reason.GATE), people.REASONS[verdict.rule])
