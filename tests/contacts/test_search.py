"""Search finds a person by any part of a name, an address or a number, in any spelling, and nobody else."""

import random
from typing import Any

import pytest

from bench.workspaces import ENDS, FAMILY, GIVEN
from omni.contacts import queries, search
from omni.contacts.folding import fold
from omni.contacts.kinds import Entry
from omni.contacts.models import Contact, ContactSearch
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import new_id


def test_fold_and_digits_find_the_person(juniper: Any, world: Any) -> None:
    """Whatever part of a name or number somebody remembers, in whatever spelling, the person is found."""
    names = ["Łukasz Ærø", "José Núñez", "Zoë Müller", "Ana-María Okafor-O’Neil", "Strauß Đorđe"]
    people = {name: world.person(name, f"+1 312 555 01{n:02}") for n, name in enumerate(names)}
    for name, spelt in (
        ("Łukasz Ærø", "lukasz aero"),
        ("José Núñez", "JOSE nunez"),
        ("Zoë Müller", "muller"),
        ("Ana-María Okafor-O’Neil", "okafor"),
        ("Strauß Đorđe", "strauss"),
        ("José Núñez", "nunez jose"),
        ("Zoë Müller", "312.555.0102"),
        ("Zoë Müller", "00 1 312 555 0102"),
        ("Łukasz Ærø", "lu"),
    ):
        assert people[name].id in [one.id for one in queries.search_contacts(spelt)], (name, spelt)


def test_search_shows_names_before_words_and_nobody_who_is_gone(juniper: Any, world: Any) -> None:
    names = ["Jo Lind", "Jo", "Ana Jo", "Maria Jordan", "Bo Jolie", "Rajo Kim"]
    people = {name: world.person(name, f"+1 312 555 01{n:02}") for n, name in enumerate(names)}
    shown = [one.display_name for one in queries.search_contacts("jo")]
    assert shown[0] == "Jo"
    assert shown[1] == "Jo Lind"
    assert set(shown[2:]) == {"Ana Jo", "Maria Jordan", "Bo Jolie"}
    Contact.update(deleted_at=clock.now()).where(Contact.id == people["Jo Lind"].id).execute()
    assert "Jo Lind" not in [one.display_name for one in queries.search_contacts("jo")]
    assert "Jo Lind" not in [one.display_name for one in queries.search_contacts("lind")]


def test_the_name_itself_stands_before_the_many_that_go_on(juniper: Any, world: Any) -> None:
    """Also where it is the oldest of more than search brings of each kind; so do beginnings before other words."""
    oldest, other = world.person("Ana Nu", "+1 312 555 0101"), world.person("Mo Ana Nu", "+1 312 555 0102")
    with transaction():
        later = [Contact.create(display_name=f"Ana Nu{n:02}", last_touch_at=clock.now()) for n in range(25)]
        search.index_new([(one.id, *search.words_of(one, [])) for one in later])
    found = [one.id for one in queries.search_contacts("ana nu", limit=10)]
    assert found[0] == oldest.id
    assert set(found[1:]) < {one.id for one in later}
    assert other.id in [one.id for one in queries.search_contacts("ana nu", limit=30)]


def test_a_letter_or_two_begin_a_further_word_too(juniper: Any, world: Any) -> None:
    person = world.person("Ana Xu", "+1 312 555 0101")
    world.person("Rex Luxor", "+1 312 555 0102")
    for text in ("x", "xu", "X"):
        assert [one.id for one in queries.search_contacts(text)] == [person.id]


def test_an_address_is_found_by_how_it_begins(juniper: Any, world: Any) -> None:
    person = world.person("Ana Lind", "+1 312 555 0101", "a.lind@work.example")
    world.person("Eva Lind", "+1 312 555 0102", "eva@work.example")
    for text in ("a.lind", "a.lind@", "A.Lind@work.example"):
        assert [one.id for one in queries.search_contacts(text)] == [person.id]


@pytest.mark.parametrize("text", ["%", "_", "!", "%%%", "___", '"', "a%", "(%)", "?"])
def test_signs_stand_for_themselves_in_search(juniper: Any, world: Any, text: str) -> None:
    world.person("Ana Lind", "+1 312 555 0101")
    odd = world.person("Odd " + text, "+1 312 555 0102")
    assert [one.id for one in queries.search_contacts(text)] == [odd.id]


def test_of_three_letters_and_more_it_finds_exactly_those_who_have_them(juniper: Any, world: Any) -> None:
    """Pieces cut anywhere out of names that share most of their letters, against reading every row."""
    dice = random.Random(7)
    for n in range(60):
        name = " ".join("".join(dice.choices(("an", "na", "so", "os", "n"), k=4)) for _ in range(2))
        world.person(name, "", f"{name.replace(' ', '.')}.{n}@example.com")
    words = {row.contact_id: row.fold for row in ContactSearch.select()}
    for _ in range(200):
        line = dice.choice(list(words.values()))
        start = dice.randrange(len(line) - 3)
        text = line[start : start + dice.randrange(3, 14)].replace("\n", " ").strip()
        if len(text) < 3:
            continue
        whole = {one for one, line in words.items() if text in line}
        parts = [word for word in text.split() if len(word) >= 3]
        some = {one for one, line in words.items() if parts and all(part in line for part in parts)}
        expected = whole if len(whole) >= 5 else whole | some
        assert set(search.ids_matching(text)) == expected, (text, fold(text))


@pytest.mark.parametrize(
    ("text", "count"),
    [("Rosa Kim " * 3000, 1), ("Rosa" * 3000, 0), ("5550101" * 3000, 0), (" ".join(map(str, range(9999))), 0)],
)
def test_far_too_much_text_is_answered_by_its_first_words(juniper: Any, world: Any, text: str, count: int) -> None:
    world.person("Rosa Kim", "+1 312 555 0101")
    world.person("Rosa Lind", "+1 312 555 0102")
    assert [one.display_name for one in queries.search_contacts(text)] == ["Rosa Kim"] * count


def _slipped(name: str, dice: random.Random) -> str:
    """The name with one letter wrong, too many, missing, or two of them swapped."""
    at, letter = dice.randrange(len(name) - 1), dice.choice("abcdefghijklmnopqrstuvwxyz")
    return dice.choice(
        [name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + name[at + 1 :],
         name[:at] + name[at + 1] + name[at] + name[at + 2 :]]
    )  # fmt: skip


def test_one_slip_of_the_hand_finds_nine_in_ten(juniper: Any, world: Any) -> None:
    """Of names with one slip in them, among many who are called alike, at least 0.90 are in the first ten."""
    dice = random.Random(11)
    names = sorted({f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(ENDS)}" for _ in range(2_000)})
    now = clock.now()
    rows = [
        {"id": new_id(), "display_name": name, "source": Entry.IMPORT, "last_touch_at": now, "workspace": juniper.id}
        for name in names
    ]
    with transaction():
        for at in range(0, len(rows), 500):
            Contact.insert_many(rows[at : at + 500]).execute()
        search.index_new([(row["id"], fold(str(row["display_name"])), "") for row in rows])
    asked = dice.sample(names, 150)
    found = 0
    for name in asked:
        typed = _slipped(name.lower(), dice)
        first = queries.search_contacts(typed, limit=10)
        shown = [*first, *queries.guess_contacts(typed, first)][:10]
        found += name in [one.display_name for one in shown]
    assert found / len(asked) >= 0.90, found / len(asked)


def test_did_you_mean_stands_below_what_was_found(hers: Any, world: Any) -> None:
    for name in ("Jonas Lind", "Jonas Berg", "Rosa Kim"):
        world.person(name)
    page = hers.get("/search?q=jonsa")
    assert "Nobody is called" in page
    assert "Did you mean" in page
    assert "Jonas Lind" in page and "Jonas Berg" in page and "Rosa Kim" not in page
    assert "Did you mean" not in hers.get("/search?q=312")
    gone = queries.search_contacts("jonas lind")[0]
    Contact.update(deleted_at=clock.now()).where(Contact.id == gone.id).execute()
    assert "Jonas Lind" not in hers.get("/search?q=jonsa")
    assert "Names like" in hers.get("/contacts?q=jonsa")
