"""One answer for a browser, one for htmx, and faults for both."""

from tests.browse import HTMX, Browse
from tests.web.studio import Card, Desk

TYPED = {
    "name": "  A name that is far too long for it  ",
    "email": "ana.example",
    "phone": "312 555 01",
    "age": "old",
    "price": "much",
    "day": "tomorrow",
    "note": "first\r\nsecond",
    "stage": "nowhere",
    "password": "a secret nobody sees",
}


def test_a_plain_browser_gets_303_and_the_sentence_on_the_next_page(maya: Browse, card: Card) -> None:
    answer = maya.post("/studio/edit", {"name": "Ben"}, on="/studio/edit")
    assert answer.location == "/studio"
    assert card.name == "Ben"
    first = maya.ask("GET", "/studio", status=200)
    assert "Saved Ben" in first and "/history/1/undo" in first.text
    assert "Saved Ben" not in maya.ask("GET", "/studio", status=200)


def test_htmx_gets_the_fragment_its_other_places_and_the_sentence(maya: Browse) -> None:
    answer = maya.post_part("/studio/edit", {"name": "Ben"}, on="/studio/edit")
    assert answer.page.root[0].tag == "article"
    targets = [one.get("data-hx-target") for one in answer.page.all("hx-partial")]
    assert targets == ["#count", "#toasts"]
    assert "Saved Ben" in answer
    assert "Saved Ben" not in maya.ask("GET", "/studio", status=200)


def test_the_fragment_equals_the_page(maya: Browse) -> None:
    page, part = maya.ask("GET", "/studio", status=200), maya.part("/studio")
    assert part.text.strip().splitlines()[-1] in page.text


def test_a_page_without_a_fragment_is_never_put_into_another(maya: Browse) -> None:
    answer = maya.ask("GET", "/studio/edit?x=1", status=204, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/studio/edit?x=1"


def test_a_write_without_a_fragment_sends_htmx_on(maya: Browse) -> None:
    maya.get("/studio")
    answer = maya.delete("/studio/card", on="/studio", status=204)
    assert answer.headers["HX-Redirect"] == "/studio"


def test_every_fault_is_422_with_what_was_typed_and_a_sentence_beside_it(maya: Browse, card: Card) -> None:
    for answer in (
        maya.post("/studio/edit", TYPED, on="/studio/edit", status=422),
        maya.post_part("/studio/edit", TYPED, on="/studio/edit", status=422),
    ):
        for name in ("email", "phone", "age", "price", "day"):
            assert answer.page.value(name) == TYPED[name]
            assert answer.page.by_id(f"{name}-fault") is not None
        assert answer.page.value("name") == TYPED["name"].strip()
        assert "first second" in answer.page.value("note")
        assert "This has 34 characters; up to 20 fit here." in answer
        assert "“312 555 01” has 8 digits. A US number has 10, such as 312 555 0123." in answer
        assert "a secret nobody sees" not in answer.text
    assert card.name == "Ana"


def test_the_whole_page_comes_back_to_a_browser_and_the_form_to_htmx(maya: Browse) -> None:
    page = maya.post("/studio/edit", TYPED, on="/studio/edit", status=422).page
    part = maya.post_part("/studio/edit", TYPED, on="/studio/edit", status=422).page
    assert page.h1 == "Edit Ana"
    assert part.root[0].tag == "form"


def test_nobody_signed_in_hears_no_sentence(nobody: Browse, desk: Desk) -> None:
    nobody.get("/studio/door")
    nobody.post("/studio/door", on="/studio/door")
    assert all(who.session.toast is None for who in desk.people.values())
