"""Two hundred files as twelve senders write them: other people, columns in another order and case, other encodings and
marks, cells of several lines and values, guarded formulas, faults here and there. Each knows what it holds."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field

from tests.contacts.senders import FILES

GIVEN = ("Ana", "José", "Zoë", "Mei", "Priya", "Łukasz", "D'Arcy", "Jean-Luc", "Bo", "Åsa")
FAMILY = ("Ruiz", "Núñez", "Müller", "Okafor", "Shah", "O'Neil", "van der Berg", "Kim", "Ćosić", "Li")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
MARKS = (",", ";", "\t", "|")
# By sender, the columns (as FILES names them) that hold what every sender knows.
PLACES = {
    "google": ("First Name", "Last Name", "E-mail 1 - Value", "Phone 1 - Value"),
    "google_old": ("Given Name", "Family Name", "E-mail 1 - Value", "Phone 1 - Value"),
    "outlook": ("First Name", "Last Name", "E-mail Address", "Mobile Phone"),
    "outlook_com": ("First Name", "Last Name", "E-mail Address", "Mobile Phone"),
    "hubspot": ("First Name", "Last Name", "Email", "Phone Number"),
    "pipedrive": ("", "Person - Name", "Person - Email", "Person - Phone"),
    "salesforce": ("First Name", "Last Name", "Email", "Phone"),
    "gohighlevel": ("First Name", "Last Name", "Email", "Phone"),
    "facebook": ("", "full_name", "work_email", "phone_number"),
    "thunderbird": ("First Name", "Last Name", "Primary Email", "Mobile Number"),
    "atomic": ("first_name", "last_name", "email_work", "phone_work"),
    "omni": ("given_name", "family_name", "email 1", "phone 1"),
}
_OUTLOOK_PHONES = (
    "Primary Phone", "Home Phone", "Home Phone 2", "Business Phone", "Business Phone 2", "Other Phone", "Car Phone",
)  # fmt: skip
# By sender, columns beside the one it is known by, which say the same once more.
BESIDE: dict[str, tuple[tuple[str, str], ...]] = {
    "outlook": (("E-mail 3 Address", "E-mail Address"),),
    "atomic": (
        ("email_home", "email_work"), ("email_other", "email_work"), ("phone_home", "phone_work"),
        ("phone_other", "phone_work"),
    ),
}  # fmt: skip
# By sender, other names under which such a column comes; none that the sender is known by.
VARIANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "outlook": {"Mobile Phone": _OUTLOOK_PHONES},
    "outlook_com": {
        "E-mail Address": ("E-mail 2 Address", "E-mail 3 Address"),
        "Mobile Phone": _OUTLOOK_PHONES,
        "Personal Web Page": ("Web Page", "Business Web Page"),
    },
    "hubspot": {
        "Phone Number": ("Mobile Phone Number",), "Lead Status": ("Lifecycle Stage",),
        "Associated Company": ("Company Name",),
    },
    "pipedrive": {"Organization - Name": ("Person - Organization",)},
    "salesforce": {"Phone": ("Mobile", "Mobile Phone", "Home Phone")},
    "facebook": {"work_email": ("email",), "phone_number": ("work_phone_number",)},
    "thunderbird": {"Mobile Number": ("Work Phone", "Home Phone")},
}  # fmt: skip
COMPANIES = {
    "google_old": "Organization 1 - Name", "outlook": "Company", "hubspot": "Associated Company",
    "pipedrive": "Organization - Name", "salesforce": "Account Name", "atomic": "company",
}  # fmt: skip
# Names of people would not be alone in these: what else every file of the sender says of each.
REFS = {
    "hubspot": "Record ID", "pipedrive": "Person - ID", "gohighlevel": "Contact Id", "facebook": "id",
}  # fmt: skip
# A column nobody has heard of; what it says must not be lost.
QUESTION = "Favourite colour"


@dataclass
class Expected:
    """What one row says: who it is, or why nobody comes of it, and what has to stand in the note."""

    given: str = ""
    family: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    note: list[str] = field(default_factory=list)
    is_nobody: bool = False


@dataclass
class Made:
    """A file, whose it is, and what each of its rows says."""

    name: str
    sender: str
    raw: bytes
    rows: list[Expected]


def files(count: int, seed: int = 19) -> list[Made]:
    """As many files, the senders in turn."""
    senders = sorted(FILES)
    return [_made(n, senders[n % len(senders)], random.Random(seed * 1000 + n)) for n in range(count)]


def _made(n: int, sender: str, dice: random.Random) -> Made:
    example = FILES[sender][0]
    header = next(csv.reader([example], delimiter="\t" if "\t" in example else ","))
    mark = dice.choice(MARKS)
    encoding = dice.choice(ENCODINGS)
    rows = [_row(n, at, sender, dice, encoding) for at in range(dice.randint(2, 25))]
    beside = [name for name, _same in BESIDE.get(sender, ())]
    order = _order([*header, *beside, QUESTION], dice)
    shown = [_cased(_variant(name, sender, n), dice) for name in order]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator=dice.choice(("\n", "\r\n")))
    writer.writerow(shown)
    for cells, _expected in rows:
        writer.writerow([cells.get(name, "") for name in order])
    return Made(f"{n:03}-{sender}-{encoding}", sender, out.getvalue().encode(encoding), [row for _cells, row in rows])


def _row(n: int, at: int, sender: str, dice: random.Random, encoding: str) -> tuple[dict[str, str], Expected]:
    given_at, family_at, email_at, phone_at = PLACES[sender]
    if dice.random() < 0.05:
        return {}, Expected(is_nobody=True)
    # Windows-1252 has no Polish letters.
    given, family = (_fitting(words, dice, encoding) for words in (GIVEN, FAMILY))
    number = f"{n % 1000:03}{at:04}"
    one = Expected(
        given, family, f"p{n}.{at}@example.com", f"+1312{number[0:3]}{number[3:]}".replace("+13120", "+13122")
    )
    cells = {given_at: given, family_at: family, email_at: one.email}
    if not given_at:
        cells = {family_at: f"{given} {family}", email_at: one.email}
    cells[phone_at] = _phone(one.phone, sender, dice)
    if dice.random() < 0.1:
        cells[phone_at], one.phone = "1.55501E+10", ""
        one.note.append("1.55501E+10")
    if dice.random() < 0.1:
        cells[email_at], one.email = "nobody at home", ""
        one.note.append("nobody at home")
    if sender in REFS:
        cells[REFS[sender]] = f"{n}-{at}"
    if sender == "google" and one.email:
        cells["E-mail 1 - Label"] = "* Work"
        cells[email_at] += f" ::: second{n}.{at}@example.com"
    if sender in COMPANIES:
        one.company = dice.choice(("", "Bakery", "Smith | Sons", "A, B; C"))
        cells[COMPANIES[sender]] = one.company
    cells |= {name: cells[same] for name, same in BESIDE.get(sender, ()) if "@" in cells[same] or one.phone}
    if dice.random() < 0.3:
        cells[QUESTION] = dice.choice(["green", 'two\nlines, and "quotes"', "a;b\tc", "=blue"])
        one.note.append(cells[QUESTION])
        if cells[QUESTION].startswith("="):
            cells[QUESTION] = f"'{cells[QUESTION]}"
    cells.pop("", None)
    return cells, one


def _fitting(words: tuple[str, ...], dice: random.Random, encoding: str) -> str:
    while True:
        word = dice.choice(words)
        try:
            word.encode(encoding)
        except UnicodeEncodeError:
            continue
        return word


def _phone(e164: str, sender: str, dice: random.Random) -> str:
    digits = e164[2:]
    if sender == "facebook":
        return f"p:{e164}"
    return dice.choice(
        (
            f"'{e164}",
            f"({digits[:3]}) {digits[3:6]}-{digits[6:]}",
            f"{digits[:3]}.{digits[3:6]}.{digits[6:]}",
            f"1{digits}",
        )
    )


def _order(columns: list[str], dice: random.Random) -> list[str]:
    """Another order; a label stays in front of its value."""
    pairs: list[list[str]] = []
    for name in columns:
        if pairs and pairs[-1][-1].lower().endswith(("label", "type")):
            pairs[-1].append(name)
        else:
            pairs.append([name])
    dice.shuffle(pairs)
    return [name for pair in pairs for name in pair]


def _variant(name: str, sender: str, n: int) -> str:
    """Each of the names of this column in its turn."""
    names = (name, *VARIANTS.get(sender, {}).get(name, ()))
    return names[n // len(FILES) % len(names)]


def _cased(name: str, dice: random.Random) -> str:
    return dice.choice((name, name.upper(), name.lower(), f" {name} ", name.replace("_", " ")))
