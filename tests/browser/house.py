"""Juniper Yoga with one of everything in it, served on loopback, and every address in it that is a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.routing import Rule

from omni.accounts import actions as accounts
from omni.accounts.models import Invitation
from omni.boards.models import Card
from omni.core import doors, queue
from omni.core.database import transaction
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.factory import create_app
from omni.web.marks import Headers, Mark, mark_of
from tests import houses
from tests.architecture.canaries import Studio
from tests.browse import sign_in
from tests.browser.conftest import at_a_free_port, served
from tests.world import World

PAGES = (Headers.PAGE, Headers.PAGE_FOR_EVERYONE, Headers.TOKEN_PAGE)
# What is declared as a page and is none: two lead on to another, two are files.
NO_PAGES = (
    "/boards", "/contacts/<id:contact_id>/messages", "/contacts/import/<id:job_id>/left-out.csv", "/static/<path:name>",
    "/inbox/campaigns/<id:campaign_id>/people.csv",
)  # fmt: skip
# What is done to cards is asked with them.
FOR_CARDS = ("/boards/<id:board_id>/move",)
# Whoever is signed in is led on from here to Today.
STRANGERS_ALONE = ("/", "/login", "/signup")
# Faults have pages too.
FAULTY = ("/no/such/page",)


@dataclass
class House:
    """The furnished studio, and where it answers."""

    studio: Studio
    address: str

    def cookie(self) -> str:
        """Maya's: she owns the studio and is the operator as well, so every page is open to her."""
        return sign_in(self.studio.world.maya)

    def inside(self) -> list[str]:
        """The pages of somebody who is signed in, but for those that a stranger sees the same."""
        pages = [(self.path(rule, mark), mark) for rule, mark in self.pages() if rule.rule not in STRANGERS_ALONE]
        return [path for path, mark in pages if mark.policy or self._differs(path)]

    def outside(self) -> list[str]:
        """The pages of a stranger."""
        return [self.path(rule, mark) for rule, mark in self.pages() if not mark.policy] + [*FAULTY]

    def pages(self) -> Iterator[tuple[Rule, Mark]]:
        """Every address of a page, with its mark."""
        for rule, mark in self.rules():
            if mark.headers in PAGES and not mark.is_poll and rule.rule not in NO_PAGES:
                yield rule, mark

    def rules(self) -> Iterator[tuple[Rule, Mark]]:
        """Everything that can be asked for."""
        app = self.studio.app
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
            if "GET" in (rule.methods or ()):
                yield rule, mark_of(app.view_functions[rule.endpoint]) or Mark()

    def path(self, rule: Rule, mark: Mark) -> str:
        """The address, with something real in place of each variable."""
        values = self.studio.values(rule)
        if mark.door:
            values |= dict.fromkeys({"token", "secret"} & values.keys(), self._open_door(mark.door))
        if rule.rule in FOR_CARDS:
            values["card"] = encode(self.studio.first(Card).id)
        if "receipt" in values:
            values["receipt"] = self._receipt()
        return str(self.studio.app.url_map.bind("localhost").build(rule.endpoint, values))

    def _differs(self, path: str) -> bool:
        """Whether this page knows who is signed in; the tokens of forms are another's each time."""
        mine, strangers = (
            re.sub(r'value="[^"]*"', "", client.get(path).get_data(as_text=True))
            for client in (self.studio.maya.client, self.studio.app.test_client())
        )
        return mine != strangers

    def _open_door(self, kind: str) -> str:
        """The token of a door of this kind, as a letter would carry it."""
        studio = self.studio
        subjects = {"invitation": studio.first(Invitation).id, "unsubscribe": studio.contact.id}
        with entered(studio.world.juniper), transaction():
            return doors.open_door(kind, subjects.get(kind, studio.world.maya.user_id))

    def _receipt(self) -> str:
        """The receipt of a form that a friend sent."""
        client = self.studio.app.test_client()
        token = client.get("/r/spring").get_data(as_text=True).partition('name="csrf_token" type="hidden" value="')[2]
        fields = {
            "csrf_token": token.partition('"')[0], "name": "Tom Reed", "phone": "312 555 0188", "sms_consent": "y",
        }  # fmt: skip
        answer = client.post("/r/spring", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, answer.get_data(as_text=True)[:600]
        return str(answer.headers["Location"].rpartition("/")[2])


@contextmanager
def furnished(folder: Path) -> Iterator[House]:
    """The house on a migrated data folder answers inside the block."""
    config = at_a_free_port(houses.settings(folder))
    with houses.opened(config) as rooms:
        app = create_app(config, rooms)
        studio = Studio(app, World(config))
        with served(app, config) as address:
            studio.furnish()
            accounts.make_operator(studio.world.maya.user)
            # The practice phone answers, so that somebody waits on Today and in the inbox.
            queue.work_off("texts", "hooks", "mail", "work")
            yield House(studio, address)
