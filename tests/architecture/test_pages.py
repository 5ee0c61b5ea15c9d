"""Every page that needs nothing to be there, opened by an owner, a viewer and a stranger, plain and by htmx."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from omni.core.policies import allows
from omni.web.marks import Headers, Mark, mark_of
from tests.browse import HTMX, Browse, counted
from tests.world import World

# They send a browser somewhere by design: to the board last open, to the icon, to Today.
MOVES_ON = {301, 302, 303, 307}


def pages(app: Flask) -> list[tuple[str, Any]]:
    """Addresses without variables that a browser may open, each with its mark."""
    return [
        (rule.rule, mark_of(app.view_functions[rule.endpoint]))
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule)
        if not rule.arguments and "GET" in (rule.methods or set())
    ]


def faults_of(asked: Iterable[tuple[str, Callable[[], Any]]]) -> list[str]:
    """What went wrong, at every address where something did."""
    faults = []
    for url, ask in asked:
        try:
            ask()
        except AssertionError as fault:
            faults.append(f"{url}: {str(fault)[:600]}")
    return faults


def test_an_owner_opens_every_page(app: Flask, world: World) -> None:
    browse = Browse(app).as_(world.maya)

    def open_page(url: str, mark: Mark) -> None:
        answer = browse.ask("GET", url, status=None)
        assert answer.status in {200, 204, 404, 503} | MOVES_ON, answer.status
        if answer.status == 200 and mark.headers is Headers.PAGE:
            browse.get(url)

    assert not faults_of((url, partial(open_page, url, mark)) for url, mark in pages(app))


@pytest.mark.parametrize("name", ["vera", "theo", "max", "ada", "rex"])
def test_a_page_is_shown_to_the_roles_that_have_its_right(app: Flask, world: World, name: str) -> None:
    teammate = getattr(world, name)
    browse = Browse(app).as_(teammate)

    def open_page(url: str, mark: Mark) -> None:
        status = browse.ask("GET", url, status=None).status
        if name == "rex":
            assert status == 303, f"{status} for one who left"
        elif allows(teammate.role, mark.policy):
            assert status in {200, 204} | MOVES_ON, status
        else:
            assert status in {403, 404}, status

    assert not faults_of((url, partial(open_page, url, mark)) for url, mark in pages(app) if mark.policy)


def test_a_stranger_is_sent_to_sign_in_from_every_page_of_the_studio(app: Flask) -> None:
    nobody = Browse(app)
    for url, mark in pages(app):
        if mark.policy:
            assert nobody.ask("GET", url, status=303).location.startswith("/login?next="), url
            assert nobody.ask("GET", url, status=204, headers=HTMX).headers["HX-Redirect"].startswith("/login"), url
        else:
            assert nobody.ask("GET", url, status=None).status in {200, 204, 303, 302, 404, 503}, url


@pytest.mark.parametrize("url", ["/no/such/page", "/contacts/" + "0" * 26, "/static/none"])
def test_what_is_not_there_is_404_for_everyone(app: Flask, world: World, url: str) -> None:
    Browse(app).as_(world.maya).get(url, status=404)


def test_every_answer_carries_the_headers(app: Flask, world: World) -> None:
    browse = Browse(app).as_(world.maya)
    for url, mark in pages(app):
        headers = browse.client.get(url).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], url
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", url
        if mark.policy:
            assert headers["Cache-Control"] == "no-store" and "Cookie" in headers["Vary"], url
        if mark.headers is Headers.PAGE_FOR_EVERYONE:
            assert headers.get("Vary", "Accept-Encoding") == "Accept-Encoding" and "Set-Cookie" not in headers, url


def test_session_and_rights_cost_two_statements(app: Flask, world: World) -> None:
    browse = Browse(app).as_(world.maya)
    browse.client.get("/settings/security")
    # An address without a page: nothing but who asks is looked up.
    with counted() as statements:
        browse.client.get("/no/such/page")
    assert len(statements) == 2, statements
