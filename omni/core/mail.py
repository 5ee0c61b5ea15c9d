"""Mail: rows of `outgoing_mail`, and the one job that speaks SMTP.

`post_mail` writes the row in the caller's transaction. `core.send_mail` claims it (commit), speaks with no transaction
open, and records what became of it (commit). Killed anywhere between, the row's lease runs out and the finder brings it
back: what may be repeated is sent again under the same Message-ID, what may not is left `unknown`.
"""

import json
import re
import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from omni.config import Config
from omni.core import clock, egress, log, outbox
from omni.core.database import transaction
from omni.core.egress import Circumstance, Gateway
from omni.core.ids import Id, encode
from omni.core.models_processes import MailKind, MailState, OutgoingMail
from omni.core.points import point
from omni.core.policies import Purpose
from omni.core.queue import job, later

__all__ = ["MailKind", "MailState", "OutgoingMail", "bind", "due_mail", "message_of", "post_mail", "send_mail"]

TIMEOUT_S = 75
# Longer than the job may run, so that no second worker takes up a mail while the first still speaks.
LEASE = timedelta(seconds=TIMEOUT_S + 45)
REPEAT_AFTER = timedelta(minutes=15)
MOST_ATTEMPTS = 8
EXPIRES_AFTER = timedelta(days=3)

GATEWAY = egress.declare(
    Gateway(
        name="mail",
        hosts=(),
        circumstance=Circumstance.SERVICE_PROVIDER,
        purpose=Purpose.SERVICE,
        fields=frozenset({"to", "subject", "text", "html"}),
        agreement="The mail server this installation names in OMNI_SMTP_URL",
        setting="smtp_url",
    )
)

_config: Config | None = None


def bind(config: Config) -> None:
    """Send through the server the settings name, or keep mail in the data folder where they name none."""
    global _config
    _config = config


def post_mail(
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    *,
    dedupe_key: str,
    kind: MailKind | str = MailKind.TRANSACTION,
    workspace: Any = None,
    contact: Id | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    may_repeat: bool = True,
) -> OutgoingMail:
    """Have one mail sent after this transaction commits. A second one with the same `dedupe_key` is the first one.

    `to` is a bare address; `workspace` a workspace or its id. Raises ValueError for an address or subject with a line
    break in it.
    """
    if re.search(r"[\r\n]", to + subject):
        raise ValueError("a line break in an address or a subject would forge a header")
    with transaction():
        known = OutgoingMail.get_or_none(OutgoingMail.dedupe_key == dedupe_key)
        if known:
            return known
        mail = OutgoingMail.create(
            workspace=getattr(workspace, "id", workspace),
            contact=contact,
            dedupe_key=dedupe_key,
            kind=MailKind(kind),
            recipient=to,
            body=json.dumps({"subject": subject, "text": text, "html": html}),
            may_repeat=may_repeat,
            not_before=not_before or clock.now(),
            expires_at=expires_at or clock.now() + EXPIRES_AFTER,
        )
        later("core.send_mail", mail_id=mail.id)
    return mail


def due_mail() -> Iterator[Any]:
    """Mail whose time has come, and mail whose sender died at it."""
    now = clock.now()
    waiting = (OutgoingMail.state == MailState.WAITING) & (OutgoingMail.not_before <= now)
    orphaned = (OutgoingMail.state == MailState.SENDING) & (OutgoingMail.lease_until < now)
    query = OutgoingMail.select(OutgoingMail.id).where(waiting | orphaned).order_by(OutgoingMail.not_before)
    return iter(query.tuples())


@job("core.send_mail", queue="mail", finder=due_mail, timeout_s=TIMEOUT_S, is_global=True)
def send_mail(mail_id: Id) -> None:
    """The mail is at its server, or its row says why not and what comes next."""
    mail = _claim(mail_id)
    if mail is None:
        return
    point("mail.claimed")
    try:
        _hand_over(mail)
    except smtplib.SMTPResponseException as answer:
        _refused(mail, answer.smtp_code)
    except UnicodeEncodeError:
        # An address outside ASCII needs SMTPUTF8 (RFC 6531), which few servers speak.
        _settle(mail, MailState.REJECTED, reason="address")
    except _LostAfterData:
        _settle_lost(mail)
    except (OSError, smtplib.SMTPException) as fault:
        _try_again(mail, type(fault).__name__)
    else:
        point("mail.handed_over")
        _settle(mail, MailState.SENT)


def message_of(mail: OutgoingMail, config: Config) -> EmailMessage:
    """The mail as it goes over the wire. Its Message-ID is its row's id, the same at every attempt."""
    content = json.loads(mail.body)
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["From"] = f"Omni <{config.contact_email}>"
    message["To"] = mail.recipient
    message["Subject"] = content["subject"]
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{encode(mail.id)}@{urlsplit(config.public_url).hostname}>"
    if mail.kind is not MailKind.MARKETING:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(content["text"])
    if content["html"]:
        message.add_alternative(content["html"], subtype="html")
    return message


class _LostAfterData(Exception):
    """The connection broke after the text was on its way: the server may have taken it."""


def _claim(mail_id: Id) -> OutgoingMail | None:
    """The row, ours until its lease ends; None when there is nothing to send (any longer, or by us)."""
    now = clock.now()
    with transaction():
        mail = OutgoingMail.get_or_none(OutgoingMail.id == mail_id)
        if mail is None:
            return None
        if mail.state is MailState.SENDING and mail.lease_until < now:
            _settle_lost(mail)
            return None
        if mail.state is not MailState.WAITING or mail.not_before > now:
            return None
        if mail.expires_at and mail.expires_at < now:
            _settle(mail, MailState.WITHDRAWN, reason="expired")
            return None
        taken = (
            OutgoingMail.update(state=MailState.SENDING, attempts=OutgoingMail.attempts + 1, lease_until=now + LEASE)
            .where((OutgoingMail.id == mail_id) & (OutgoingMail.state == MailState.WAITING))
            .execute()
        )
    return OutgoingMail.get_by_id(mail_id) if taken else None


def _hand_over(mail: OutgoingMail) -> None:
    settings = _settings()
    message = message_of(mail, settings)
    if settings.smtp_url is None:
        outbox.keep(settings.data_dir, encode(mail.id), message)
        return
    with egress.smtp(GATEWAY, settings.smtp_url, ("to", "subject", "text", "html")) as (server, call):
        raw = message.as_bytes()
        call.bytes_out = len(raw)
        _accepted(server.mail(settings.contact_email))
        _accepted(server.rcpt(mail.recipient))
        try:
            call.status = _accepted(server.data(raw))
        except smtplib.SMTPResponseException:
            raise
        except OSError as broken:
            raise _LostAfterData from broken


def _accepted(answer: tuple[int, bytes]) -> int:
    code, words = answer
    if code >= 400:
        raise smtplib.SMTPResponseException(code, words)
    return code


def _settings() -> Config:
    if _config is None:
        raise RuntimeError("open_house binds the settings before a mail is sent")
    return _config


def _refused(mail: OutgoingMail, code: int) -> None:
    # RFC 5321, 4.2.1: 4yz may succeed later, 5yz will not.
    if code < 500:
        _try_again(mail, f"smtp_{code}")
    else:
        _settle(mail, MailState.REJECTED, reason=f"smtp_{code}")


def _try_again(mail: OutgoingMail, reason: str) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        _settle(mail, MailState.REJECTED, reason=reason)
        return
    _settle(mail, MailState.WAITING, reason=reason, after=timedelta(seconds=30 * 2**mail.attempts))


def _settle_lost(mail: OutgoingMail) -> None:
    if mail.may_repeat and mail.attempts < MOST_ATTEMPTS:
        # A file in the outbox is only written over, so it need not wait.
        after = REPEAT_AFTER if _settings().smtp_url else timedelta()
        _settle(mail, MailState.WAITING, reason="answer_lost", after=after)
    else:
        _settle(mail, MailState.UNKNOWN, reason="answer_lost")


def _settle(mail: OutgoingMail, state: MailState, *, reason: str | None = None, after: timedelta | None = None) -> None:
    """Record what became of the mail, unless somebody else has since."""
    with transaction():
        OutgoingMail.update(
            state=state,
            reason=reason,
            lease_until=None,
            not_before=clock.now() + after if after else mail.not_before,
        ).where((OutgoingMail.id == mail.id) & (OutgoingMail.state == mail.state)).execute()
    log.event("mail_settled", row=mail.id, state=state, reason=reason, attempt=mail.attempts)
