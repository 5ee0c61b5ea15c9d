"""Which tool wrote a file, and what each of its columns holds.

Signature wins, then alias, then a person. Facts: the header table of the design, each sender's own help pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from omni.contacts.folding import fold

_SEPARATORS = re.compile(r"[_\-/\s]+")


class Role(StrEnum):
    """What a column holds."""

    GIVEN = "given_name"
    MIDDLE = "middle_name"
    FAMILY = "family_name"
    NAME = "name"
    NICKNAME = "nickname"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "address"
    COMPANY = "company"
    JOB_TITLE = "job_title"
    CITY = "city"
    TIMEZONE = "timezone"
    BIRTHDAY = "birthday"
    BIRTH_YEAR = "birth_year"
    BIRTH_MONTH = "birth_month"
    BIRTH_DAY = "birth_day"
    TAGS = "tags"
    NOTE = "note"
    LIFE = "life"
    STAGE = "stage"
    OWNER = "owner"
    SOURCE = "source"
    CREATED = "created"
    REF = "ref"
    LABEL = "label"
    QUESTION = "question"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Sender:
    """A tool we know. `signature` are folded headers that must stand there, `any_of` one of which must too."""

    key: str
    name: str
    signature: frozenset[str]
    any_of: frozenset[str] = frozenset()
    roles: dict[str, Role] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    tag_marks: str = ","
    rest: Role = Role.QUESTION


def fold_header(header: str) -> str:
    """A header as we compare it: folded, `_ - /` as spaces, single spaces."""
    return _SEPARATORS.sub(" ", fold(header)).strip()


def _set(*headers: str) -> frozenset[str]:
    return frozenset(fold_header(header) for header in headers)


def _roles(**columns: str) -> dict[str, Role]:
    return {fold_header(header): Role[role] for role, headers in columns.items() for header in headers.split("|")}


_OUTLOOK = _roles(
    GIVEN="First Name",
    MIDDLE="Middle Name",
    FAMILY="Last Name",
    NICKNAME="Nickname",
    EMAIL="E-mail Address|E-mail 2 Address|E-mail 3 Address",
    PHONE="Primary Phone|Mobile Phone|Home Phone|Home Phone 2|Business Phone|Business Phone 2|Other Phone|Car Phone",
    COMPANY="Company",
    JOB_TITLE="Job Title",
    BIRTHDAY="Birthday",
    TAGS="Categories",
    NOTE="Notes",
    URL="Web Page|Personal Web Page|Business Web Page",
    CITY="Home City",
    SOURCE="Referred By",
)
_OUTLOOK_IGNORED = _set(
    "Title",
    "Suffix",
    "Initials",
    "Priority",
    "Sensitivity",
    "Private",
    "Directory Server",
    "Given Yomi",
    "Surname Yomi",
    "Company Yomi",
    "Internet Free Busy",
)

SENDERS = (
    Sender(
        "omni",
        "Omni",
        _set("omni_id"),
        rest=Role.IGNORE,
        roles=_roles(
            REF="omni_id",
            GIVEN="given_name",
            FAMILY="family_name",
            NAME="display_name",
            NICKNAME="nickname",
            COMPANY="company",
            JOB_TITLE="job_title",
            CITY="city",
            TIMEZONE="timezone",
            BIRTHDAY="birthday",
            TAGS="tags",
            LIFE="life",
            OWNER="owner",
            SOURCE="source_detail",
            CREATED="created",
        ),
    ),
    Sender(
        "google",
        "Google Contacts",
        _set("First Name", "Labels", "E-mail 1 - Value", "Phone 1 - Label"),
        roles=_roles(
            GIVEN="First Name",
            MIDDLE="Middle Name",
            FAMILY="Last Name",
            NICKNAME="Nickname",
            COMPANY="Organization Name",
            JOB_TITLE="Organization Title",
            BIRTHDAY="Birthday",
            NOTE="Notes",
            TAGS="Labels",
        ),
        ignored=_set(
            "Phonetic First Name",
            "Phonetic Middle Name",
            "Phonetic Last Name",
            "Name Prefix",
            "Name Suffix",
            "File As",
            "Photo",
        ),
    ),
    Sender(
        "google_old",
        "Google Contacts",
        _set("Given Name", "Family Name", "Group Membership", "E-mail 1 - Type"),
        roles=_roles(
            NAME="Name",
            GIVEN="Given Name",
            MIDDLE="Additional Name",
            FAMILY="Family Name",
            NICKNAME="Nickname",
            COMPANY="Organization 1 - Name",
            JOB_TITLE="Organization 1 - Title",
            BIRTHDAY="Birthday",
            NOTE="Notes",
            TAGS="Group Membership",
        ),
        ignored=_set(
            "Yomi Name",
            "Given Name Yomi",
            "Additional Name Yomi",
            "Family Name Yomi",
            "Name Prefix",
            "Name Suffix",
            "Initials",
            "Short Name",
            "Photo",
            "Directory Server",
            "Sensitivity",
            "Priority",
            "Organization 1 - Type",
            "Organization 1 - Yomi Name",
            "Organization 1 - Symbol",
        ),
    ),
    Sender(
        "outlook_com",
        "Outlook.com",
        _set("Given Yomi", "IMAddress", "Home Country/Region"),
        roles=_OUTLOOK,
        ignored=_OUTLOOK_IGNORED,
        tag_marks=";",
    ),
    Sender(
        "outlook",
        "Outlook",
        _set("E-mail Address", "E-mail 2 Address", "Categories"),
        roles=_OUTLOOK,
        ignored=_OUTLOOK_IGNORED,
        tag_marks=";",
    ),
    Sender(
        "hubspot",
        "HubSpot",
        _set("Record ID"),
        any_of=_set("Lead Status", "Lifecycle Stage"),
        roles=_roles(
            REF="Record ID",
            GIVEN="First Name",
            FAMILY="Last Name",
            EMAIL="Email",
            PHONE="Phone Number|Mobile Phone Number",
            LIFE="Lead Status|Lifecycle Stage",
            CREATED="Create Date",
            COMPANY="Associated Company|Company Name",
            OWNER="Contact owner",
            JOB_TITLE="Job Title",
            CITY="City",
            URL="Website URL",
        ),
        ignored=_set("Associated Company IDs", "Last Modified Date", "Last Activity Date"),
        tag_marks=";",
    ),
    Sender(
        "pipedrive",
        "Pipedrive",
        _set("Person - ID", "Person - Name"),
        roles=_roles(
            REF="Person - ID",
            NAME="Person - Name",
            EMAIL="Person - Email",
            PHONE="Person - Phone",
            COMPANY="Organization - Name|Person - Organization",
            TAGS="Person - Label",
            OWNER="Person - Owner",
            CREATED="Person - Person created",
        ),
    ),
    Sender(
        "facebook",
        "Facebook lead ads",
        _set("ad_id", "form_id", "lead_status", "full_name"),
        roles=_roles(
            REF="id",
            NAME="full_name",
            GIVEN="first_name",
            FAMILY="last_name",
            EMAIL="email|work_email",
            PHONE="phone_number|work_phone_number",
            CITY="city",
            LIFE="lead_status",
            CREATED="created_time",
            COMPANY="company_name",
            JOB_TITLE="job_title",
            BIRTHDAY="date_of_birth",
            SOURCE="campaign_name",
        ),
        ignored=_set(
            "ad_id",
            "ad_name",
            "adset_id",
            "adset_name",
            "campaign_id",
            "form_id",
            "form_name",
            "is_organic",
            "platform",
        ),
    ),
    Sender(
        "salesforce",
        "Salesforce",
        _set("Account Name", "Mailing City"),
        roles=_roles(
            GIVEN="First Name",
            FAMILY="Last Name",
            COMPANY="Account Name",
            JOB_TITLE="Title",
            EMAIL="Email",
            PHONE="Phone|Mobile|Mobile Phone|Home Phone",
            CITY="Mailing City",
            OWNER="Contact Owner|Owner Email",
            BIRTHDAY="Birthdate",
            REF="Contact ID",
            SOURCE="Lead Source",
            CREATED="Created Date",
            NOTE="Description",
        ),
        ignored=_set("Salutation", "Last Activity", "Last Modified Date", "Account ID"),
        tag_marks=";",
    ),
    Sender(
        "gohighlevel",
        "GoHighLevel",
        _set("Contact Id", "First Name", "Tags"),
        roles=_roles(
            REF="Contact Id",
            GIVEN="First Name",
            FAMILY="Last Name",
            PHONE="Phone",
            EMAIL="Email",
            TAGS="Tags",
            COMPANY="Business Name|Company Name",
            CREATED="Created",
            CITY="City",
            SOURCE="Source",
            BIRTHDAY="Date Of Birth",
            OWNER="Assigned To",
        ),
        ignored=_set("Last Activity", "Updated"),
    ),
    Sender(
        "thunderbird",
        "Thunderbird",
        _set("Display Name", "Primary Email", "Birth Year"),
        roles=_roles(
            GIVEN="First Name",
            FAMILY="Last Name",
            NAME="Display Name",
            NICKNAME="Nickname",
            EMAIL="Primary Email|Secondary Email",
            PHONE="Mobile Number|Work Phone|Home Phone",
            CITY="Home City",
            COMPANY="Organization",
            JOB_TITLE="Job Title",
            URL="Web Page 1|Web Page 2",
            BIRTH_YEAR="Birth Year",
            BIRTH_MONTH="Birth Month",
            BIRTH_DAY="Birth Day",
            NOTE="Notes",
        ),
        ignored=_set("Screen Name", "Fax Number", "Pager Number"),
    ),
    Sender(
        "atomic",
        "Atomic CRM",
        _set("first_name", "email_work", "phone_work"),
        roles=_roles(
            GIVEN="first_name",
            FAMILY="last_name",
            JOB_TITLE="title",
            NOTE="background",
            CREATED="first_seen",
            LIFE="status",
            TAGS="tags",
            URL="linkedin_url",
            COMPANY="company",
            EMAIL="email_work|email_home|email_other",
            PHONE="phone_work|phone_home|phone_other",
        ),
        ignored=_set("last_seen", "avatar"),
    ),
)

_ALIASES = _roles(
    NAME="name|full name|display name|contact name|nombre completo",
    GIVEN="first name|given name|first|given|nombre|vorname|prénom",
    MIDDLE="middle name|additional name",
    FAMILY="last name|surname|family name|family|last|apellido|apellidos|nachname|nom",
    NICKNAME="nickname|nick name|alias|known as",
    EMAIL="email|e-mail|email address|e-mail address|primary email|mail|correo|correo electrónico",
    PHONE="phone|phone number|mobile|mobile phone|mobile number|cell|cell phone|telephone|tel|teléfono|telefono|"
    "celular|móvil|handy|telefon|téléphone",
    COMPANY="company|company name|organization|organization name|organisation|account name|empresa|firma",
    JOB_TITLE="job title|position|role",
    CITY="city|town|ciudad|ort|ville",
    TIMEZONE="time zone|timezone",
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
    (re.compile(r"^(e ?mail)( \d+)? (value|address)$"), Role.EMAIL),
    (re.compile(r"^(phone|mobile)( \d+)? (value|number)$"), Role.PHONE),
    (re.compile(r"^(e ?mail|phone) \d+$"), Role.NAME),
    (re.compile(r"^(website|url|web)( \d+)? value$"), Role.URL),
    (re.compile(r"^(website|url|web) \d+$"), Role.URL),
    (re.compile(r"^address( \d+)?( formatted)?$"), Role.ADDRESS),
    (re.compile(r"^address 1 city$"), Role.CITY),
    (re.compile(r"^address \d+ .+$"), Role.IGNORE),
    (re.compile(r"^(e ?mail|phone|website|custom field|event|relation|address|im)( \d+)? (label|type)$"), Role.LABEL),
)

# Files of the same tools that hold no people, and what to say of them.
_OTHER_EXPORTS = (
    ("Activity - Subject", "This is an activities export. Export people instead"),
    ("Deal - Title", "This is a deals export. Export people instead"),
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
    if sender and sender.rest is Role.IGNORE:
        return Role.IGNORE
    return _ALIASES.get(folded, Role.QUESTION)
