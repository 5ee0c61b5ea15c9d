"""`make demo`: a believable studio, made by the product's own actions, the same for the same seed.

The clock is set back and moved on while people arrive, are texted, answer, move on and join, so that every screen has
something true to say. Texts go to the practice phone and come back over HTTP, like anybody's.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from omni import demo_people as names
from omni import demo_picture as scene
from omni.accounts import actions as accounts
from omni.accounts.models import Teammate
from omni.accounts.places import Place as Country
from omni.boards import actions as boards
from omni.boards.models import Board, Card, Stage
from omni.config import Config, ConfigError, lan_address
from omni.contacts import actions as people
from omni.contacts import queries as contact_queries
from omni.contacts.actions import Place
from omni.contacts.kinds import Basis, Channel, Entry, PointKind
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.core import clock, database, doors, folder, queue
from omni.core.database import transaction
from omni.core.ids import new_id
from omni.core.policies import Role
from omni.core.queue import later
from omni.core.tenancy import Workspace, entered
from omni.factory import create_app
from omni.messaging import actions as texts
from omni.messaging.models import Persona
from omni.referrals import actions as referrals
from omni.referrals import images
from omni.referrals.actions import Answers, LinkFacts
from omni.start import open_house
from omni.tasks import actions as tasks

SEED = 7
PEOPLE = 400
TALKS = 24
STUDIO, SLUG = "Juniper Yoga", "juniper"
ZONE = "America/Chicago"
WEEKS = 10
ENTRANCE = timedelta(days=7)


def prepare(config: Config) -> list[str]:
    """Fill an empty house; the lines to print: where to enter."""
    done = folder.path("demo.done")
    if not done.exists():
        if Workspace.select().where(Workspace.slug == SLUG).exists():
            raise ConfigError(
                f"The demo in {config.data_dir} was stopped while it was filled. Remove the folder, start again."
            )
        fill(config)
        done.touch()
    workspace = Workspace.get(Workspace.slug == SLUG)
    with entered(workspace):
        owner = Teammate.select().where(Teammate.role == Role.OWNER).first()
        with transaction():
            token = doors.open_door("demo", owner.user_id, expires_at=clock.now() + ENTRANCE)
    lines = [f"Look around in {STUDIO}: {config.public_url}/demo/{token}"]
    if config.is_on_local_network and (address := lan_address()):
        lines.append(f"On your phone: http://{address}:{config.port}/demo/{token}")
    return lines


def fill(config: Config, seed: int = SEED) -> None:
    """Make the studio and everything in it."""
    with _answering(config) as app:
        _Maker(Random(seed), app.test_client()).make()  # noqa: S311 - nothing here is a secret
    clock.freeze(config.now)
    open_house(config)


@contextmanager
def _answering(config: Config) -> Iterator[Flask]:
    """Serve the house on a port of its own meanwhile, so that the practice phone's callbacks find it."""
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: app(environ, start), threaded=True, request_handler=_Silent
    )
    url = f"http://127.0.0.1:{server.server_port}"
    inner = replace(config, public_url=url, port=server.server_port, host="127.0.0.1")
    app = create_app(inner, open_house(inner))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        database.close()


class _Silent(WSGIRequestHandler):
    """Keeps its requests to itself: the house has an access log of its own."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing."""


class _Maker:
    """One studio in the making."""

    def __init__(self, random: Random, stranger: Any) -> None:
        self.random, self.stranger = random, stranger
        self.zone = ZoneInfo(ZONE)
        self.today = _last_half_past_nine(clock.now().astimezone(self.zone))
        self.known: list[Contact] = []
        self.texted: list[Contact] = []

    def make(self) -> None:
        self.at(weeks=WEEKS)
        self.found()
        with entered(self.workspace):
            self.people_come()
            self.links_are_shared()
            self.cards_move()
            self.talk()
            self.promise()
        self.visits_are_counted()
        clock.freeze(None)

    def at(self, *, weeks: float = 0, days: float = 0, hours: float = 0) -> datetime:
        """Set the clock back by so much, to an hour somebody is awake."""
        moment = (self.today - timedelta(weeks=weeks, days=days, hours=hours)).astimezone(UTC)
        clock.freeze(moment)
        return moment

    def found(self) -> None:
        password = os.urandom(18).hex()
        maya = accounts.NewOwner("Maya Lind", "maya@juniper.example", "+13125550100", STUDIO, "Owner", password)
        place = Country("US", ZONE, "USD")
        _, self.workspace = accounts.add_user(maya, slug=SLUG, role=Role.OWNER, place=place)
        theo = accounts.NewOwner("Theo Park", "theo@juniper.example", "", STUDIO, "Coach", password)
        accounts.add_user(theo, slug=SLUG, role=Role.MANAGER, place=place)
        with entered(self.workspace):
            with transaction():
                Workspace.update(postal_address="12 Oak Street\nChicago, IL 60610").where(
                    Workspace.id == self.workspace.id
                ).execute()
            rows = {each.role: each for each in Teammate.select()}
            self.maya, self.theo = rows[Role.OWNER], rows[Role.MANAGER]
            self.join = Board.get(Board.name == "Join")
            self.keep = Board.get(Board.name == "Keep")
            self.stages = {board.id: self.stages_of(board) for board in (self.join, self.keep)}

    def stages_of(self, board: Board) -> list[Stage]:
        return list(Stage.select().where(Stage.board == board).order_by(Stage.position))

    def someone(self) -> Teammate:
        one: Teammate = self.random.choice([self.maya, self.maya, self.theo])
        return one

    # -- who there is --------------------------------------------------------------------------------------------------

    def people_come(self) -> None:
        """Members from long ago, then leads week by week."""
        drawn = names.draw(self.random, PEOPLE)
        members, leads = drawn[: PEOPLE * 3 // 5], drawn[PEOPLE * 3 // 5 :]
        stages = self.stages[self.keep.id]
        weights = [6, 60, 12, 8, 6, 8]
        for chunk in _chunks(members, 40):
            self.at(weeks=WEEKS - self.random.random())
            with transaction():
                for person in chunk:
                    stage = self.random.choices(stages, weights)[0]
                    self.arrive(person, entry=Entry.IMPORT, place=stage.id)
        for n, chunk in enumerate(_chunks(leads, 8)):
            days = WEEKS * 7 * (1 - (n + 1) / (len(leads) / 8 + 1))
            self.at(days=days, hours=self.random.random() * 6)
            with transaction():
                for person in chunk:
                    self.arrive(person, entry=Entry.FORM if days < 2 else Entry.HAND)

    def arrive(self, person: names.Someone, *, entry: Entry, place: Any = Place.DEFAULT) -> Contact:
        contact = people.add_contact(
            people.read_person(person.name, person.phone, person.email, person.source),
            by=self.someone(),
            entry=entry,
            owner=self.someone(),
            place=place,
        )
        for tag in person.tags:
            people.add_tag(contact, tag, by=self.someone(), is_told=False)
        if person.note:
            people.add_note(contact, person.note, by=self.someone())
        if person.may_be_texted:
            people.record_consent(
                contact, channel=Channel.SMS, basis=Basis.ASKED, source="front desk", by=self.someone(), is_told=False
            )
            self.texted.append(contact)
        self.known.append(contact)
        return contact

    # -- what happens --------------------------------------------------------------------------------------------------

    def links_are_shared(self) -> None:
        """Three invitations, the first with a picture, and the friends they brought."""
        for n, (title, description, slug, house_name) in enumerate(names.LINKS):
            self.at(weeks=5 - n)
            facts = LinkFacts(title=title, description=description, slug=slug, name=house_name)
            picture = None
            if n == 0:
                facts, picture = replace(facts, alt=scene.WORDS), images.encode(scene.draw())
            link = referrals.make_link(facts, picture=picture, by=self.maya)
            for friend in names.FRIENDS[n]:
                self.at(days=self.random.uniform(0.05, 2.2))
                with transaction():
                    referrals.receive_lead(
                        link,
                        Answers(name=friend.name, phone=friend.phone, email=friend.email, message=friend.note),
                    )

    def visits_are_counted(self) -> None:
        """People open the pages, chats draw their cards, and both are told apart."""
        for slug, people_n in (("tom", 22), ("maya", 14), ("foundations", 9)):
            for n in range(people_n):
                self.at(days=self.random.uniform(0.05, 18))
                agent = names.AGENTS[n % len(names.AGENTS)]
                channel = self.random.choice(("sms", "wa", "mail", "qr"))
                headers = {"User-Agent": agent, "Accept": "text/html"}
                address = {"REMOTE_ADDR": f"192.0.2.{self.random.randrange(1, 200)}"}
                self.stranger.get(f"/r/{slug}?m={channel}", headers=headers, environ_base=address)
        self.at()
        later("referrals.drain_hits", run_id=new_id())

    def cards_move(self) -> None:
        """Leads find their way along Join, most of them some of the way."""
        stages = self.stages[self.join.id]
        cards = list(Card.select().where(Card.board == self.join).order_by(Card.entered_at))
        for card in cards[: len(cards) * 5 // 6]:
            steps = self.random.choices([0, 1, 2, 3, 4, 5], [6, 9, 6, 6, 14, 12])[0]
            age = (self.today - card.entered_at).total_seconds() / 86_400
            path = [1, 5] if steps == 5 else list(range(1, steps + 1))
            for n, step in enumerate(path):
                self.at(days=max(0.05, age * (1 - (n + 1) / (len(path) + self.random.uniform(0.2, 1)))))
                self.move(card, stages[step])

    def move(self, card: Card, stage: Stage) -> None:
        fresh = Card.get_by_id(card.id)
        if fresh.stage_id != stage.id:
            reason = self.random.choice(names.REASONS) if stage.gate else ""
            boards.move_card(fresh, stage, by=self.someone(), answers=boards.Answers(lost_reason=reason))

    def talk(self) -> None:
        """Conversations: some finished, some waiting for a word from the studio."""
        for n, contact in enumerate(self.random.sample(self.texted[-110:], TALKS)):
            is_waiting = n % 7 == 0
            opening, answer, reply = names.TALKS[self.random.randrange(len(names.TALKS))]
            phone = phone_of(contact)
            texts.choose_persona(phone, Persona.SLOW)
            # Asked in the morning and answered by the afternoon; who waits wrote this morning.
            days = 0 if is_waiting else self.random.randrange(1, 13)
            hours = self.random.uniform(0.2, 1.4) if is_waiting else -self.random.uniform(0.5, 6)
            given = contact.given_name or "there"
            self.at(days=max(days, 1), hours=-7 if is_waiting else 1)
            self.send(contact, phone, opening.format(name=given), n, 0)
            self.at(days=days, hours=hours)
            texts.say(phone, answer)
            self.settle()
            if not is_waiting:
                self.at(days=days, hours=hours - 0.4)
                self.send(contact, phone, reply.format(name=given), n, 1)

    def send(self, contact: Contact, phone: str, body: str, n: int, turn: int) -> None:
        by = self.someone()
        texts.send_text(contact, body, address=phone, by=by, client_key=f"demo{n:04d}{turn}".ljust(32, "0"), basis=None)
        self.settle()
        clock.freeze(clock.now() + timedelta(minutes=3))
        self.settle()

    def settle(self) -> None:
        queue.work_off("texts", "hooks")

    def promise(self) -> None:
        """What is to be done for most who are on their way: some late, some today, some later."""
        open_stages = [stage.id for stage in self.stages[self.join.id][:4]]
        booked = open_stages[2]
        cards = list(Card.select().where(Card.stage.in_(open_stages)).order_by(Card.id.desc()))
        for n, card in enumerate(cards):
            if n % 5 == 4:
                continue
            self.at(days=self.random.uniform(0.1, 4))
            due = (self.today + timedelta(days=(0, 2, 1, -1, 4, 0, 3, 1, 6, -2, 2)[n % 11])).date()
            contact = card.contact
            step, words = names.TASKS[n % len(names.TASKS)]
            if card.stage_id == booked:
                (step, words), due = names.VISIT, max(due, self.today.date())
            title = words.format(name=contact.given_name or contact.display_name)
            tasks.add_task(
                contact, title=title, kind=Step(step), due_on=due, by=self.someone(), assignee=self.someone()
            )


def _last_half_past_nine(now: datetime) -> datetime:
    """The studio's last half past nine: everything is made before it, so that nothing lies in the future."""
    today = now.replace(hour=9, minute=30, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def phone_of(contact: Contact) -> str:
    """The contact's first number, or nothing."""
    point = contact_queries.primary_point(contact, PointKind.PHONE)
    return point.norm if point else ""


def _chunks(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
