"""Invented people for the demo: names from many places, numbers of the range 555-01xx that nobody is given."""

from dataclasses import dataclass
from random import Random

GIVEN = (  # noqa: SIM905 - a list of words reads better so
    "Ana Luca Sana Eli Greta Priya Ben Jonas Rosa Tom Aisha Hugo Dora Noor Carla Mei Finn Lena Vera Kofi Amir "
    "Ines Yara Olu Sven Ida Nils Zoe Mateo Lucia Omar Leila Kenji Yuki Hana Jun Sofia Diego Elena Marco "
    "Chiara Anya Igor Nadia Tariq Amara Chidi Ngozi Femi Sade Ravi Asha Dev Meera Arjun Kiran Ruth Paul Grace "
    "Walter June Rose Will Mark May Hope Faith Joy Søren Åsa Łukasz Zofia Ağa Müge Renée José Zoë Núria Bjørn "
    "Thảo Linh Minh"
).split()
FAMILY = (  # noqa: SIM905 - a list of words reads better so
    "Nunez Varga Khan Hart Paul Shah Farrow Lind Kim Reyes Diallo Marsh Blum Wahid Espin Okafor Jansen Abt "
    "Pohl Osei Haddad Rossi Bianchi Petrov Novak Svensson Berg Larsen Dahl Kowalski Nowak Silva Costa Moreau "
    "Durand Weber Fischer Schmidt Tanaka Sato Suzuki Chen Wang Liu Park Choi Nguyen Tran Patel Singh Gupta "
    "Mehta Adeyemi Mensah Abebe Ali Hassan Cohen Levi Murphy Kelly O'Neil Walsh Fraser Campbell Young Hill "
    "Green Ward Cole Stone Brooks"
).split()
SOURCES = ("Front desk", "Instagram", "A friend", "Street sign", "Website", "")
TAGS = ("mornings", "evenings", "beginner", "prenatal", "back", "knee", "runner", "family")
NOTES = (
    "Runs a bakery, up at four. Evenings only.",
    "Old knee injury, asks for a chair in standing poses.",
    "Comes with her sister on Saturdays.",
    "Wants to be off painkillers by summer.",
    "Works nights at the hospital; text after two.",
    "Tried us in spring and liked the quiet room.",
)
LINKS = (
    ("Tom invites you to a free first week", "As many classes as you like for seven days.", "tom", "Tom’s link"),
    ("Your first class is on Maya", "Mats, tea and a kind teacher are here.", "maya", "Maya’s link"),
    ("Try Foundations with Lena", "Six evenings for people who never tried.", "foundations", "the poster by the door"),
)
TALKS = (
    (
        "Hi {name}, Maya from Juniper. Would you like to try a class this week?",
        "Yes! Is the 18:30 class ok for a total beginner?",
        "Very much, {name}. Foundations is made for a first time.",
    ),
    (
        "Hi {name}, how was your first class?",
        "My back feels so much better.",
        "That is lovely to hear. Shall I keep your place on Thursday?",
    ),
    (
        "Hi {name}, your trial is tomorrow at 18:30.",
        "Great, see you then. Do I bring a mat?",
        "No need, we have plenty.",
    ),
    (
        "Hi {name}, we have not seen you for a while. All well?",
        "Work got in the way, back next week!",
        "Good. Your place is here.",
    ),
    (
        "Hi {name}, would mornings or evenings suit you?",
        "Mornings would be best.",
        "Then Tuesday at 7:15 it is.",
    ),
    (
        "Hi {name}, shall I tell you what a month costs?",
        "Let me ask my husband about it.",
        "Of course, there is no hurry.",
    ),
)
TASKS = (
    ("call", "Call {name} about the family plan"),
    ("text", "Send {name} the timetable"),
    ("call", "Ask {name} how the trial was"),
    ("text", "Ask {name} which evening suits"),
    ("call", "Call {name} back"),
    ("email", "Write to {name} about the beginners' course"),
)  # fmt: skip
REASONS = ("Too far from work", "Wants to wait until spring", "Found a class closer to home", "Too dear just now")
VISIT = ("visit", "Trial class")


@dataclass(frozen=True)
class Someone:
    """One invented person."""

    name: str
    phone: str = ""
    email: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    may_be_texted: bool = False


AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
    "WhatsApp/2.24.20.79 A",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)


FRIENDS = (
    (
        Someone("Tobias Wren", "+13125550101", "tobias@example.com", note="Tom says you are kind to stiff people."),
        Someone("Maren Aas", "+13125550102", "", note="Evenings if possible"),
        Someone("Kwame Boateng", "", "kwame@example.com"),
    ),
    (Someone("Lila Ortiz", "+13125550103", "lila@example.com"), Someone("Per Holm", "+13125550104")),
    (Someone("Tess Quinn", "+13125550105", "tess@example.com", note="Never did any yoga"),),
)


def draw(random: Random, count: int) -> list[Someone]:
    """`count` people, no two with the same name or number."""
    everyone = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    return [_person(random, name, n) for n, name in enumerate(random.sample(everyone, count))]


def _person(random: Random, name: str, n: int) -> Someone:
    # 555-0106 to 555-0199 in five area codes: numbers kept for stories.
    area = (312, 415, 206, 617, 303)[n // 94 % 5]
    given, _, family = name.lower().partition(" ")
    mail = f"{given}.{family}".encode("ascii", "ignore").decode().replace("'", "")
    has_mail = random.random() < 0.7 and len(mail) > 4
    phone = f"+1{area}555{106 + n % 94:04d}" if random.random() < 0.93 else ""
    return Someone(
        name=name,
        phone=phone,
        email=f"{mail}@example.com" if has_mail else "",
        source=random.choice(SOURCES),
        tags=tuple(random.sample(TAGS, random.choice((0, 0, 1, 2)))),
        note=random.choice(NOTES) if random.random() < 0.2 else "",
        may_be_texted=bool(phone) and random.random() < 0.8,
    )
