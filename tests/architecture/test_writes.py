"""Every form on every page, sent by a plain browser and by htmx: done, or told beside the field what is wrong.

Each form is sent as it came, empty, filled by a careful person and filled with nonsense, every time to the same studio.
"""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from omni.config import Config
from omni.core import limits
from omni.web.marks import Headers, mark_of
from tests import houses, html
from tests.architecture.canaries import Studio
from tests.architecture.forms import Form, forms_on
from tests.browse import HTMX, Browse
from tests.parallel import in_parallel
from tests.world import World

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

PAGES = (Headers.PAGE, Headers.PAGE_FOR_EVERYONE)
# Writes whose form stands on no page of the furnished studio: it comes when something is stopped, paused, unsure or
# found twice, behind a link of a mail, or for the operator. Their rooms' tests send them.
ELSEWHERE = {
    "accounts.end_other_sessions", "accounts.end_session", "accounts.see_notices", "accounts.see_staff_notice",
    "accounts.send_verification", "accounts.switch", "automations.give_role", "boards.move_several",
    "contacts.bring_back_plainly", "contacts.close_steps", "contacts.do_merge",
    "contacts.first_point", "contacts.go_on", "contacts.lift", "contacts.link", "contacts.move_in", "contacts.recount",
    "contacts.run", "contacts.save_choices", "contacts.stop", "demo.enter", "entering.reset", "entering.verify",
    "inbox.add_contact", "inbox.again", "inbox.attach", "inbox.basis", "inbox.check", "inbox.check_again",
    "inbox.they_did_not", "inbox.they_stopped",
    "inbox.fetch_again", "inbox.go_on_with_campaign", "inbox.pause_campaign", "inbox.put_template",
    "inbox.read_template", "inbox.stop_campaign", "inbox.undo_campaign",
    "goodbyes.take_back_plainly", "inbox.leave", "inbox.reopen", "inbox.unblock", "inbox.unblock_contact",
    "joining.accept", "messaging_webhooks.inbound",
    "messaging_webhooks.status", "operators.answer", "operators.close", "privacy.ask_export",
    "privacy.take_back_deletion", "promises.unsubscribe", "referral_pages.withdraw", "referrals.resume_plainly",
    "contacts.wake", "tasks.add", "tasks.wake", "texting.add_key", "texting.choose", "texting.disconnect",
    "texting.remove_key",
}  # fmt: skip
# What is the same for everyone has no htmx, and does not look at its headers.
SAME_FOR_ALL = {"/r/spring"}
# A file comes as the answer itself.
DOWNLOADS = {"contacts.export", "goodbyes.copy"}


@dataclass
class Counter:
    """The furnished studio, given back as it was before each form."""

    studio: Studio
    database: Path
    kept: Path
    cookies: dict[str, str | None]

    def send(self, who: str, form: Form, data: dict[str, Any], *, by_htmx: bool) -> TestResponse:
        """The answer to a form that was opened on its page and sent."""
        return self.opened(who, form, data, by_htmx=by_htmx)()

    def opened(self, who: str, form: Form, data: dict[str, Any], *, by_htmx: bool) -> Callable[[], TestResponse]:
        """A form that was opened on its page: each call sends the same bytes."""
        self.restore()
        browse = Browse(self.studio.app, cookie=self.cookies[who])
        more = {**HTMX, "X-CSRF-Token": data.get("csrf_token", "")} if by_htmx else {}
        headers = {"Sec-Fetch-Site": "same-origin", **more}
        files = [one.name for one in form.fields if form.is_upload and one.kind == "file"]
        kind = "multipart/form-data" if form.is_upload else None

        def post() -> TestResponse:
            sent = data | {name: (io.BytesIO(b""), "") for name in files}
            return browse.client.post(form.action, data=sent, headers=headers, content_type=kind)

        return post

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        houses.close()
        with sqlite3.connect(self.database) as database:
            kinds = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            names = [name for (name,) in database.execute(kinds)]
            return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in names}  # noqa: S608

    def follow(self, who: str, url: str) -> int:
        """The status of the page a write leads to."""
        return Browse(self.studio.app, cookie=self.cookies[who]).client.get(url).status_code

    def restore(self) -> None:
        houses.close()
        limits.forget()
        with sqlite3.connect(self.kept) as kept, sqlite3.connect(self.database) as database:
            kept.backup(database)


@pytest.fixture
def studio(app: Flask, world: World) -> Studio:
    studio = Studio(app, world)
    studio.furnish()
    return studio


@pytest.fixture
def counter(studio: Studio, config: Config) -> Counter:
    cookie = studio.maya.client.get_cookie("omni")
    assert cookie
    database = config.data_dir / "omni.db"
    counter = Counter(studio, database, config.data_dir / "kept.db", {"maya": cookie.value, "nobody": None})
    houses.close()
    with sqlite3.connect(database) as now, sqlite3.connect(counter.kept) as kept:
        now.backup(kept)
    return counter


def forms(counter: Counter) -> Iterator[tuple[str, str, Form]]:
    """Who may send it, the route's name, and the form; forms that differ in ids alone count once."""
    adapter = counter.studio.app.url_map.bind("localhost")
    seen = set()
    for who in ("maya", "nobody"):
        browse = Browse(counter.studio.app, cookie=counter.cookies[who])
        for url in addresses(counter.studio):
            page = browse.client.get(url)
            for form in forms_on(url, html.Doc(page.text)) if page.status_code == 200 else ():
                endpoint = adapter.match(form.action, method="POST")[0]
                key = (endpoint, tuple(one.name for one in form.fields))
                if key not in seen:
                    seen.add(key)
                    yield who, endpoint, form


def addresses(studio: Studio) -> Iterator[str]:
    """Every page, with something of the studio's for each variable."""
    adapter = studio.app.url_map.bind("localhost")
    for rule in sorted(studio.app.url_map.iter_rules(), key=lambda one: one.rule):
        mark = mark_of(studio.app.view_functions[rule.endpoint])
        if "GET" in (rule.methods or set()) and mark and mark.headers in PAGES:
            yield adapter.build(rule.endpoint, studio.values(rule))


FILLS: list[Callable[[Form], dict[str, str]]] = [Form.as_it_came, Form.empty, Form.fitting, Form.senseless]


def test_every_form_is_answered_both_ways(counter: Counter) -> None:
    faults = []
    for (who, endpoint, form), fill in product(list(forms(counter)), FILLS):
        sent = fill(form)
        plain = counter.send(who, form, sent, by_htmx=False)
        after = counter.follow(who, plain.location) if plain.status_code == 303 and plain.location else 200
        part = counter.send(who, form, sent, by_htmx=True)
        for fault in misjudged(endpoint, form, sent, plain, part):
            faults.append(f"{who} {endpoint} {fill.__name__} {sorted(sent)}: {fault}")
        if after not in (200, 303):
            faults.append(f"{who} {endpoint} {fill.__name__}: leads to {plain.location}, which answers {after}")
    assert not faults, "\n".join(faults)


def test_every_write_has_its_form_somewhere(counter: Counter) -> None:
    rules = [rule for rule in counter.studio.app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    reached = {endpoint for _who, endpoint, _form in forms(counter)}
    assert {rule.endpoint for rule in rules} - reached == ELSEWHERE


def misjudged(
    endpoint: str, form: Form, sent: dict[str, str], plain: TestResponse, part: TestResponse
) -> Iterator[str]:
    """What is wrong with the two answers to one form."""
    if endpoint in DOWNLOADS and plain.status_code == 200:
        return
    if plain.status_code == 303:
        if part.status_code not in (200, 204, 303):
            yield f"303 for a browser, {part.status_code} for htmx"
        if part.status_code == 200:
            yield from found_by(html.judge_fragment, form.action, html.Doc(part.text))
        return
    if (plain.status_code, part.status_code) != (422, 422):
        yield f"{plain.status_code} for a browser, {part.status_code} for htmx"
        return
    page = html.Doc(plain.text)
    yield from found_by(html.judge_page, form.action, page)
    yield from untold(form, sent, page)
    fragment = html.Doc(part.text)
    yield from found_by(html.judge_page if fragment.is_page else html.judge_fragment, form.action, fragment)
    yield from (f"by htmx {fault}" for fault in untold(form, sent, fragment))
    if fragment.is_page and form.page not in SAME_FOR_ALL and part.headers.get("HX-Retarget") != "body":
        yield "by htmx a whole page would be put into a part"


def found_by(judge: Callable[[str, html.Doc], None], url: str, doc: html.Doc) -> Iterator[str]:
    try:
        judge(url, doc)
    except AssertionError as fault:
        yield str(fault)


def untold(form: Form, sent: dict[str, str], doc: html.Doc) -> Iterator[str]:
    """What a 422 owes: the typed values, and words that a field points to."""
    for name in sorted(form.typed & sent.keys()):
        kept = [one for one in doc.elements if one.get("name") == name and one.tag in ("input", "textarea")]
        values = {html.words_of(one) if one.tag == "textarea" else one.get("value", "") for one in kept}
        if " ".join(sent[name].split()) not in {" ".join(value.split()) for value in values}:
            yield f"422 forgets {name}"
    marked = [one for one in doc.elements if one.get("aria-invalid") == "true"]
    ids = {one.get("id"): one for one in doc.elements if one.get("id")}
    groups = {id(one): group for group in doc.all("fieldset") for one in group.iter("input")}
    for one in marked:
        pointed = one.get("aria-describedby") or groups.get(id(one), one).get("aria-describedby") or ""
        if not any(html.words_of(ids[each]) for each in pointed.split() if each in ids):
            yield f"422 marks {one.get('name')} and says nothing beside it"
    is_told = any(
        one.get("role") == "alert" or {"fault", "fault-box"} & set((one.get("class") or "").split())
        for one in doc.elements
        if html.words_of(one)
    )
    if not marked and not is_told:
        yield "422 says nowhere what is wrong"


# What a request may note whatever becomes of it: that a session was used, what it shows next, and the form's own key.
NOTES = {"session", "usage_event", "sent_form"}
# Who signed out holds no token any more, and is asked to sign in.
SIGNED_OUT = {"entering.sign_out"}
# The page holds on by itself, each time for 90 seconds more.
POLLS = {"contacts.hold_on"}


def test_double_submit_of_every_form(counter: Counter) -> None:
    """The same bytes by htmx twice, one after the other: the second does nothing, and leads where the first led."""
    faults = []
    for who, endpoint, form in list(forms(counter)):
        post = counter.opened(who, form, form.fitting(), by_htmx=True)
        first, before, second = post(), counter.rows(), post()
        changed = {name for name, rows in counter.rows().items() if rows != before[name]} - NOTES
        if changed and endpoint not in DOWNLOADS | POLLS:
            faults.append(f"{who} {endpoint}: the second time changes {sorted(changed)}")
        faults += told_otherwise(counter, endpoint, first, second)
    assert not faults, "\n".join(faults)


def test_two_hands_send_each_form_at_the_same_instant(counter: Counter) -> None:
    """Two threads, the same bytes of a plain browser: as many rows as by one of them, both led to the same place."""
    faults = []
    for who, endpoint, form in list(forms(counter)):
        if who == "nobody" or endpoint in DOWNLOADS | SIGNED_OUT:
            continue
        counter.send(who, form, form.fitting(), by_htmx=False)
        once = {name: len(rows) for name, rows in counter.rows().items()}
        post = counter.opened(who, form, form.fitting(), by_htmx=False)
        both = in_parallel(counter.studio.world.juniper, [post, post])
        more = {name: len(rows) - once[name] for name, rows in counter.rows().items() if len(rows) != once[name]}
        if more.keys() - NOTES:
            faults.append(f"{endpoint}: {more} more than by one")
        faults += told_otherwise(counter, endpoint, *sorted(both, key=lambda answer: answer.status_code))
    assert not faults, "\n".join(faults)


def told_otherwise(counter: Counter, endpoint: str, first: TestResponse, second: TestResponse) -> Iterator[str]:
    """What is wrong with how a form sent again was answered."""
    mark = mark_of(counter.studio.app.view_functions[endpoint])
    is_used_up = mark is not None and 410 in mark.statuses and second.status_code == 410
    told = [(answer.status_code >= 400, led(answer)) for answer in (first, second)]
    if second.status_code == 500 or (told[0] != told[1] and not is_used_up and endpoint not in SIGNED_OUT):
        yield f"{endpoint}: {first.status_code} {led(first)}, then {second.status_code} {led(second)}"


def led(answer: TestResponse) -> str | None:
    """Where an answer leads, if it leads away; a receipt, which is signed anew each second, by what it is for."""
    location = answer.location or answer.headers.get("HX-Redirect")
    return re.sub(r"(/thanks/[^.]+)\..*", r"\1", location) if location else None
