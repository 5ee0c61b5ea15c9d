"""Which tool wrote a file, and what each of its columns holds.

Signature wins, then alias, then a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from omni.contacts.reading.roles import Role, fold_header, roles_of
from omni.contacts.reading.senders import SENDERS, Sender
from omni.core.words import marked

_ALIASES = roles_of(
    NAME="name|full name|display name|contact name|nombre completo",
    GIVEN="first name|given name|first|given|nombre|vorname|prénom",
    MIDDLE="middle name|additional name",
    FAMILY="last name|surname|family name|family|last|apellido|apellidos|nachname|nom",
    NICKNAME="nickname|nick name|alias|known as",
    PRONOUNS="pronouns|pronombres|pronomen|pronoms",
    EMAIL="email|e-mail|email address|e-mail address|primary email|mail|correo|correo electrónico",
    PHONE="phone|phone number|mobile|mobile phone|mobile number|cell|cell phone|telephone|tel|teléfono|telefono|"
    "celular|móvil|handy|telefon|téléphone",
    COMPANY="company|company name|organization|organization name|organisation|account name|empresa|firma",
    JOB_TITLE="job title|position|role",
    CITY="city|town|ciudad|ort|ville",
    TIMEZONE="time zone|timezone",
    LANGUAGE="language|preferred language|idioma|sprache|langue",
    BIRTHDAY="birthday|birth date|date of birth|dob|cumpleaños|geburtstag",
    TAGS="tags|labels|groups|categories|etiquetas",
    NOTE="note|notes|comment|comments|remarks|notas",
    URL="website|web page|url|linkedin|linkedin url|web",
    ADDRESS="address|street address|dirección",
    LIFE="status|lead status|lifecycle stage|lifecycle|life|stage of life",
    STAGE="stage|pipeline stage|deal stage",
    CREATED="create date|created time|first seen|created|date added|date created|created at",
    REF="record id|contact id|person id|id",
    OWNER="owner|contact owner|assigned to",
    SOURCE="source|lead source|referred by",
)
# Columns with a number, by pattern; NAME stands for "e-mail or phone, as its first word says".
_INDEXED = (
    (re.compile(r"^(e ?mail|phone|website|custom field|event|relation|address|im)( \d+)? (label|type)$"), Role.LABEL),
    (re.compile(r"^(e ?mail)( \d+)? (value|address)$"), Role.EMAIL),
    (re.compile(r"^(phone|mobile)( \d+)? (value|number)$"), Role.PHONE),
    (re.compile(r"^(e ?mail|phone) \d+$"), Role.NAME),
    (re.compile(r"^(website|url|web)( \d+)? value$"), Role.URL),
    (re.compile(r"^(website|url|web) \d+$"), Role.URL),
    (re.compile(r"^address( \d+)?( formatted| value)?$"), Role.ADDRESS),
    (re.compile(r"^address 1 city$"), Role.CITY),
    (re.compile(r"^address \d+ .+$"), Role.IGNORE),
)

# Files of the same tools that hold no people, and what to say of them.
_OTHER_EXPORTS = (
    ("Activity - Subject", marked("This is an activities export. Export people instead")),
    ("Deal - Title", marked("This is a deals export. Export people instead")),
)


def other_export(header: Sequence[str]) -> str | None:
    """What to say when the file is an export of something else than people."""
    folded = {fold_header(name) for name in header}
    return next((words for mark, words in _OTHER_EXPORTS if fold_header(mark) in folded), None)


def find_sender(header: Sequence[str]) -> Sender | None:
    """The tool whose signature stands in the header, if we know it."""
    folded = {fold_header(name) for name in header}
    for sender in SENDERS:
        if sender.signature <= folded and (not sender.any_of or sender.any_of & folded):
            return sender
    return None


def sender_of(key: str) -> Sender | None:
    return next((sender for sender in SENDERS if sender.key == key), None)


def map_columns(header: Sequence[str], sender: Sender | None) -> list[Role]:
    """What each column holds, as far as sender and aliases say. A column of no name, or taken twice, is a question."""
    return [_role_of(name, sender) for name in header]


def _role_of(name: str, sender: Sender | None) -> Role:
    folded = fold_header(name)
    if not folded:
        return Role.IGNORE
    if sender:
        if folded in sender.roles:
            return sender.roles[folded]
        if folded in sender.ignored:
            return Role.IGNORE
    for pattern, role in _INDEXED:
        if match := pattern.match(folded):
            if role is Role.NAME:
                return Role.PHONE if match[1] == "phone" else Role.EMAIL
            return role
    return _ALIASES.get(folded, Role.QUESTION)
