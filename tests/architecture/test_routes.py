"""Every address says who may use it, keeps to the walls, and is where CONTRACT.md puts it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from omni.config import Config
from omni.core.policies import Policy
from omni.web import csrf
from omni.web.access import UnmarkedRoute, allow, public
from omni.web.app import make_app
from omni.web.marks import MB, Headers, Mark, mark_of
from tests import houses

# The addresses of CONTRACT.md that are built so far. `<>` stands for any variable. A line is never taken away.
ADDRESSES = {
    "/", "/signup", "/login", "/logout", "/password/reset", "/password/reset/<>", "/verify/<>", "/invite/<>",
    "/step-up",
    "/today", "/contacts", "/contacts/new", "/contacts/export", "/contacts/import", "/contacts/import/<>",
    "/contacts/<>", "/contacts/<>/messages", "/contacts/<>/notes", "/contacts/<>/consent", "/contacts/<>/opt-out",
    "/boards", "/boards/<>", "/boards/<>/stages/<>", "/boards/<>/pulse", "/cards/<>/move", "/cards/<>/stage",
    "/inbox", "/inbox/<>", "/inbox/<>/since/<>", "/inbox/practice-phone",
    "/referrals", "/referrals/new", "/referrals/links/<>", "/referrals/links/<>/pause", "/referrals/links/<>/numbers",
    "/history", "/history/<>/undo", "/notifications",
    "/settings", "/settings/account", "/settings/workspace", "/settings/team", "/settings/security",
    "/settings/texting",
    "/r/<>", "/r/<>/thanks/<>", "/r/<>/card.jpg", "/r/<>/card.<>.jpg", "/r/<>/qr.<>",
    "/privacy", "/privacy.json", "/privacy/center", "/privacy/promises", "/terms", "/contact",
    "/unsubscribe/<>", "/media/<>",
    "/webhooks/twilio/inbound", "/webhooks/twilio/status/<>/<>",
    "/manifest.webmanifest", "/.well-known/security.txt", "/.well-known/gpc.json", "/dev/outbox",
    "/operator/messages", "/healthz", "/readyz", "/metrics",
}  # fmt: skip

# Under these a stranger may come in; a public route elsewhere needs a line here.
OPEN_TO_STRANGERS = {
    "/signup", "/login", "/logout", "/password/reset", "/verify", "/invite", "/step-up", "/contact", "/terms",
    "/privacy", "/privacy.json", "/privacy.txt", "/demo", "/r", "/media", "/unsubscribe", "/webhooks",
    "/manifest.webmanifest", "/favicon.ico", "/.well-known", "/dev/outbox", "/healthz", "/readyz", "/metrics",
    "/static", "/status",
}  # fmt: skip
# The largest upload is a list of contacts, 20 MB (security §5, "Uploads"); an image somewhat larger is still read far
# enough for its form to say so and keep what was typed.
LARGEST_UPLOAD = 26 * MB


@pytest.fixture(scope="module")
def app(sqlite_template: Path) -> Iterable[Flask]:
    from omni.factory import create_app

    config = houses.settings(sqlite_template)
    with houses.opened(config) as house:
        yield create_app(config, house)


def rules_of(app: Flask) -> list[tuple[Rule, Mark]]:
    """Every rule with what its view declares."""
    return [(rule, mark_of(app.view_functions[rule.endpoint]) or Mark()) for rule in app.url_map.iter_rules()]


def bare(rule: str) -> str:
    return re.sub(r"<[^>]+>", "<>", rule)


def unmarked(rules: list[tuple[Rule, Mark]]) -> list[str]:
    """Rules that declare neither a policy nor a reason, or both."""
    return [rule.rule for rule, mark in rules if bool(mark.policy) == bool(mark.reason)]


def open_elsewhere(rules: list[tuple[Rule, Mark]]) -> list[str]:
    """Public rules under addresses where nobody expects strangers."""

    def is_known(rule: str) -> bool:
        return rule == "/" or any(rule == one or rule.startswith(f"{one}/") for one in OPEN_TO_STRANGERS)

    return [rule.rule for rule, mark in rules if mark.reason and not is_known(rule.rule)]


def exempt_without_proof(rules: list[tuple[Rule, Mark]]) -> list[str]:
    """Rules on the closed list of CSRF that look at a session, so that a forged request would act for somebody."""
    listed = [(rule, mark) for rule, mark in rules if any(rule.rule.startswith(one) for one in csrf.EXEMPT)]
    return [rule.rule for rule, mark in listed if mark.policy or not (mark.is_anonymous or mark.door)]


def oddly_named(rules: list[tuple[Rule, Mark]]) -> list[str]:
    """Variables that do not say what they are: an id is `<id:thing_id>`, nothing counts rows."""
    odd = []
    for rule, _mark in rules:
        for converter, name in re.findall(r"<(?:([a-z]+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            # The number of a try belongs to one text; it counts nothing of ours (messaging §5.4).
            is_row_number = converter in ("int", "float", "uuid") and name != "attempt"
            if is_row_number or (converter == "id") != name.endswith("_id"):
                odd.append(rule.rule)
    return odd


def too_generous(rules: list[tuple[Rule, Mark]]) -> list[str]:
    """Rules that take bodies larger than any upload."""
    return [rule.rule for rule, mark in rules if mark.max_body > LARGEST_UPLOAD]


def test_every_route_has_a_policy(app: Flask) -> None:
    assert not unmarked(rules_of(app))


def test_strangers_come_in_where_they_are_expected(app: Flask) -> None:
    assert not open_elsewhere(rules_of(app))


def test_what_csrf_lets_through_acts_for_nobody(app: Flask) -> None:
    assert not exempt_without_proof(rules_of(app))


def test_ids_are_ids_and_nothing_counts_rows(app: Flask) -> None:
    assert not oddly_named(rules_of(app))


def test_bodies_have_limits(app: Flask) -> None:
    assert not too_generous(rules_of(app))


def test_no_address_is_lost(app: Flask) -> None:
    there = {bare(rule.rule) for rule in app.url_map.iter_rules()}
    assert not ADDRESSES - there


def test_a_page_for_everyone_asks_no_policy(app: Flask) -> None:
    assert not [rule.rule for rule, mark in rules_of(app) if mark.is_anonymous and mark.policy]


def test_no_method_comes_by_itself(app: Flask) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "OPTIONS" in (rule.methods or set())]


def test_the_public_referral_pages_are_the_same_for_everyone(app: Flask) -> None:
    kinds = {rule.rule: mark.headers for rule, mark in rules_of(app) if rule.rule.startswith("/r/<slug>")}
    assert kinds, "no referral page"
    assert set(kinds.values()) <= {Headers.PAGE_FOR_EVERYONE, Headers.IMAGE_FOR_EVERYONE}, kinds


# --- each check is seen to find a planted fault ---


def planted(config: Config, **views: Any) -> list[tuple[Rule, Mark]]:
    room = Blueprint("planted", __name__)
    for number, (_name, (address, mark)) in enumerate(views.items()):
        view = mark(lambda **_values: "")
        room.add_url_rule(address, endpoint=f"view{number}", view_func=view, methods=["GET", "POST"])
    app = make_app(config, [room])
    return [(rule, mark) for rule, mark in rules_of(app) if rule.endpoint.startswith("planted")]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return houses.settings(tmp_path_factory.mktemp("planted"))


def test_planted_faults_are_found(plain: Config) -> None:
    def mark_nothing(view: Any) -> Any:
        view.omni_mark = Mark()
        return view

    assert unmarked(planted(plain, bare=("/planted", mark_nothing)))
    assert open_elsewhere(planted(plain, open=("/contacts/all", public("because"))))
    assert exempt_without_proof(planted(plain, hook=("/webhooks/twilio/inbound", allow(Policy.ENTER))))
    assert exempt_without_proof(planted(plain, hook=("/unsubscribe/all", public("one click"))))
    assert oddly_named(planted(plain, row=("/things/<int:number>", allow(Policy.ENTER))))
    assert oddly_named(planted(plain, row=("/things/<thing_id>", allow(Policy.ENTER))))
    assert oddly_named(planted(plain, row=("/things/<id:thing>", allow(Policy.ENTER))))
    assert too_generous(planted(plain, big=("/big", allow(Policy.IMPORT, max_body=100 * MB))))
    with pytest.raises(ValueError, match="stray"):
        allow(Policy.ENTER, purpose="stray")  # type: ignore[arg-type]
    with pytest.raises(UnmarkedRoute):
        planted(plain, none=("/none", lambda view: view))
