"""Who comes in, in which order a request is judged, and where the others are sent."""

from collections.abc import Callable

import pytest
from flask import Blueprint

from omni.config import Config
from omni.core import doors
from omni.core.database import transaction
from omni.core.ids import encode, new_id
from omni.core.policies import Policy
from omni.core.tenancy import WorkspaceState, entered
from omni.web.access import UnmarkedRoute, allow, public, safe_next
from omni.web.app import make_app
from tests.browse import HTMX, Answer, Browse, counted
from tests.web.studio import Card, Desk
from tests.world import World


def test_a_stranger_is_sent_to_sign_in_and_comes_back(nobody: Browse) -> None:
    answer = nobody.ask("GET", "/studio?tag=new", status=303)
    assert answer.location == "/login?next=/studio%3Ftag%3Dnew"


def test_a_lost_sign_in_never_puts_the_login_page_into_a_card(nobody: Browse) -> None:
    here = {"HX-Current-URL": "http://localhost/boards?x=1", "Origin": "http://localhost"}
    answer = nobody.ask("POST", "/studio/edit", status=204, headers={**HTMX, **here})
    assert answer.headers["HX-Redirect"] == "/login?next=/boards%3Fx%3D1"
    assert not answer.body


def test_a_write_that_lost_its_session_comes_back_to_the_page_it_was_sent_from(nobody: Browse) -> None:
    answer = nobody.ask("POST", "/studio/edit", status=303, headers={"Referer": "http://localhost/studio/edit"})
    assert answer.location == "/login?next=/studio/edit"
    foreign = nobody.ask("POST", "/studio/edit", status=303, headers={"Referer": "http://evil.example/studio"})
    assert foreign.location == "/login?next=/today"


def test_maya_sees_her_page_both_ways(maya: Browse) -> None:
    answer = maya.get("/studio")
    assert answer.page.h1 == "Ana"


def test_a_missing_right_is_403_and_an_unknown_thing_404(viewer: Browse, maya: Browse, card: Card) -> None:
    viewer.get("/studio")
    assert "Your role here does not include this" in viewer.get("/studio/edit", status=403)
    maya.get(f"/studio/cards/{encode(card.id)}")
    unknown = maya.get(f"/studio/cards/{encode(new_id())}", status=404)
    another = maya.get(f"/studio/cards/{encode(new_id())}", status=404)
    assert _without_tokens(unknown) == _without_tokens(another)


def test_an_id_nobody_wrote_is_404(maya: Browse, card: Card) -> None:
    for wrong in ("x", encode(card.id).upper(), "z" * 26, encode(card.id)[:-1] + "u", str(card.id)):
        maya.ask("GET", f"/studio/cards/{wrong}", status=404)


def test_a_right_covers_ones_own_and_what_nobody_has_taken(rep: Browse, desk: Desk, card: Card) -> None:
    rep.post("/studio/edit", {"name": "Ana"}, on="/studio/edit")
    card.owner_id = new_id()
    refused = rep.post("/studio/edit", {"name": "Ben"}, on="/studio/edit", status=403)
    assert "belongs to another teammate" in refused
    assert card.name == "Ana"


def test_the_right_is_read_at_the_request_not_from_the_session(maya: Browse, desk: Desk) -> None:
    maya.get("/studio/edit")
    next(iter(desk.people.values())).teammate.role = "viewer"
    maya.get("/studio/edit", status=403)


def test_an_operators_page_hides_from_everyone_else(maya: Browse, operator: Browse) -> None:
    maya.ask("GET", "/studio/operator", status=404)
    operator.ask("GET", "/studio/operator", status=200)
    operator.ask("GET", "/studio", status=403)


def test_a_paused_workspace_is_read_only_and_says_how_to_appeal(maya: Browse, world: World, card: Card) -> None:
    world.juniper.state, world.juniper.state_reason = WorkspaceState.SUSPENDED, "Too many complaints."
    maya.get("/studio")
    refused = maya.post("/studio/edit", {"name": "Ben"}, on="/studio/edit", status=403)
    assert "Too many complaints." in refused and "/contact" in refused
    assert card.name == "Ana"
    maya.post("/studio/leave", on="/studio/edit")


def test_a_fresh_sign_in_is_asked_for_where_a_route_says_so(maya: Browse, desk: Desk) -> None:
    from omni.core import clock

    who = next(iter(desk.people.values()))
    assert maya.ask("GET", "/studio/export", status=303).location == "/step-up?next=/studio/export"
    who.session.stepped_up_at = clock.now()
    maya.ask("GET", "/studio/export", status=200)


def test_use_counts_what_a_person_does_and_no_poll(maya: Browse, desk: Desk) -> None:
    maya.ask("GET", "/studio", status=200)
    maya.ask("GET", "/studio/pulse", status=204)
    maya.ask("GET", "/studio", status=200, headers={"Sec-Purpose": "prefetch"})
    assert desk.seen == ["studio", None, None]


def test_a_foreign_host_reaches_no_view(nobody: Browse, maya: Browse) -> None:
    for host in ("evil.example", "localhost.evil.example", "169.254.169.254"):
        answer = maya.ask("GET", "/studio", status=421, headers={"Host": host})
        assert "Ana" not in answer
    nobody.ask("GET", "/studio/door", status=200, headers={"Host": "127.0.0.1:8000"})
    nobody.ask("GET", "/healthz", status=200, headers={"Host": "10.0.0.7"})


def test_a_body_too_large_is_refused_before_anything_else(nobody: Browse, maya: Browse) -> None:
    assert "too large" in nobody.ask("POST", "/studio/edit", status=413, data={"name": "x" * 300_000})
    maya.ask("POST", "/studio/large", status=403, data=b"x" * 300_000)
    maya.ask("POST", "/studio/large", status=413, data=b"x" * 2_100_000)


def test_a_link_opens_its_door_and_no_other(nobody: Browse, world: World) -> None:
    with entered(world.juniper), transaction():
        token = doors.open_door("verify", new_id())
        other = doors.open_door("reset", new_id())
        used = doors.open_door("verify", new_id(), uses=0)
    opened = nobody.ask("GET", f"/studio/links/{token}", status=200)
    assert opened.text == "verify en America/Chicago"
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    nobody.ask("GET", f"/studio/links/{other}", status=404)
    nobody.ask("GET", f"/studio/links/{used}", status=410)


def test_a_link_speaks_the_language_of_its_workspace(nobody: Browse, world: World) -> None:
    with transaction():
        world.juniper.language = "es"
        world.juniper.save()
    with entered(world.juniper), transaction():
        token = doors.open_door("verify", new_id())
    opened = nobody.ask("GET", f"/studio/links/{token}", status=200, headers={"Accept-Language": "fr"})
    assert opened.text == "verify es America/Chicago"


def test_a_workspace_is_left_when_the_request_ends(maya: Browse) -> None:
    from omni.core import scope

    maya.get("/studio")
    assert scope.current().workspace_id is None


def test_signed_in_and_rights_cost_web_no_statement_of_its_own(maya: Browse) -> None:
    with counted() as statements:
        maya.ask("GET", "/studio/reach", status=200)
    assert statements == []


def test_a_route_without_a_mark_stops_the_start(config: Config, house: object) -> None:
    room = Blueprint("bare", __name__)
    room.get("/bare")(lambda: "nobody said who may")
    with pytest.raises(UnmarkedRoute, match="bare"):
        make_app(config, [room])


def test_a_route_has_one_mark_and_a_public_one_its_reason() -> None:
    def view() -> str:
        return ""

    def mark_twice() -> Callable[..., object]:
        return public("open")(allow(Policy.ENTER)(view))

    with pytest.raises(ValueError, match="two marks"):
        mark_twice()
    with pytest.raises(ValueError, match="why"):
        public(" ")


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        None,
        "/a\nb",
        "\t/x",
    ],
)
def test_next_leads_to_a_path_of_ours_or_to_today(url: str | None) -> None:
    assert safe_next(url) == "/today"


def test_next_keeps_a_path_with_its_query() -> None:
    assert safe_next("/contacts?tag=new&page=2") == "/contacts?tag=new&page=2"


def _without_tokens(answer: Answer) -> str:
    return answer.text.replace(answer.page.token() or "-", "")
