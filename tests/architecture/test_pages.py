"""Every page that needs nothing to be there, opened by an owner, a viewer and a stranger, plain and by htmx."""

from typing import Any

import pytest
from flask import Flask

from omni.core.policies import allows
from omni.web.marks import Headers, mark_of
from tests.browse import HTMX, Browse
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


def test_an_owner_opens_every_page(app: Flask, world: World) -> None:
    browse = Browse(app).as_(world.maya)
    for url, mark in pages(app):
        answer = browse.ask("GET", url, status=None)
        assert answer.status in {200, 204, 404, 503} | MOVES_ON, f"{url}: {answer.status}"
        if answer.status == 200 and mark.headers is Headers.PAGE:
            browse.get(url)


def test_a_page_is_shown_to_the_roles_that_have_its_right(app: Flask, world: World) -> None:
    for teammate in (world.vera, world.rosa):
        browse = Browse(app).as_(teammate)
        for url, mark in pages(app):
            if not mark.policy:
                continue
            status = browse.ask("GET", url, status=None).status
            if allows(teammate.role, mark.policy):
                assert status in {200, 204} | MOVES_ON, f"{url} as {teammate.role}: {status}"
            else:
                assert status in {403, 404}, f"{url} as {teammate.role}: {status}"


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
        headers = browse.ask("GET", url, status=None).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], url
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", url
        if mark.policy:
            assert headers["Cache-Control"] == "no-store" and "Cookie" in headers["Vary"], url
        if mark.headers is Headers.PAGE_FOR_EVERYONE:
            assert headers.get("Vary", "Accept-Encoding") == "Accept-Encoding" and "Set-Cookie" not in headers, url
