"""Files of texts: chosen or refused by name, frozen, fetched by the carrier; and those that came in."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from omni.accounts.models import Teammate, User
from omni.contacts import actions as people
from omni.contacts.kinds import Basis
from omni.core import clock, ids, migrations, tenancy
from omni.core.database import database
from omni.core.faults import Invalid
from omni.core.policies import Role
from omni.core.tenancy import Reason, Workspace, cross_tenant
from omni.messaging import actions, queries
from omni.messaging.actions import filing
from omni.messaging.actions.filing import Chosen
from omni.messaging.media_states import HELD_FOR, MediaFault, MediaState
from omni.messaging.models import Conversation, Media, Message
from omni.messaging.states import State
from omni.privacy import erasing, export
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, at, fresh
from tests.messaging.test_receiving import come_in, form_in
from tests.twilio_sim.client import Simulator, until

Work = Callable[..., int]
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 4
PDF = b"%PDF-1.7\n" + b"1 0 obj << >> endobj\n" * 9
CARD = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Juniper Yoga\r\nEND:VCARD\r\n"
PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GPS, CAMERA = 0x8825, 0x010F


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[CAMERA] = "Canary 5550177"
    exif.get_ifd(GPS)[2] = (41.0, 52.0, 3.0)
    out = io.BytesIO()
    more = {"exif": exif} if kind != "GIF" else {"comment": b"Canary 5550177"}
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def heavy(megabytes: float) -> bytes:
    """A picture of so many megabytes."""
    return picture() + b"\x00" * int(megabytes * 1_000_000)


def upload(*files: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name, content in files]


def held(studio: Studio, *contents: bytes) -> list[Any]:
    """Files that Maya attached, by their ids."""
    rows, refused = actions.hold([Chosen(f"{n}.jpg", each) for n, each in enumerate(contents)], [], by=studio.maya)
    assert not refused
    return [row.id for row in rows]


def send(studio: Studio, body: str, *contents: bytes) -> Message:
    """Maya texts the lead, with files."""
    return actions.send_text(
        studio.lead, body, address=ANA, by=studio.maya, client_key=f"key-{body}-{len(contents)}", basis=Basis.ASKED,
        media=held(studio, *contents),
    )  # fmt: skip


def as_sent(content: bytes, **more: Any) -> dict[str, Any]:
    """A file as the carrier keeps it."""
    return {"content": base64.b64encode(content).decode(), **more}


def receive(sim: Simulator, work: Work, *files: dict[str, Any], sid: str = "SM1", body: str = "Look") -> list[Media]:
    """Ana texts with files, which are fetched; they come back as they stand then."""
    come_in({**form_in(body, sid=sid), **sim.media(sid, list(files))})
    work("hooks", "sync")
    return queries.list_media([Message.get(Message.sid == sid).id])


@pytest.fixture
def maya(app: Any, studio: Studio) -> Browse:
    return Browse(app).as_(studio.maya)


def at_(studio: Studio) -> str:
    return f"/contacts/{ids.encode(studio.lead.id)}/messages"


# --- out ---


def test_a_picture_leaves_with_its_text_and_the_carrier_fetches_it(
    app: Any, live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    message = send(live, "The new room", picture(), picture("PNG"), PDF)
    work("texts")
    (sent,) = sim.messages()
    files = json.loads(sent["media"])
    assert [(each["status"], each["type"]) for each in files] == [
        (200, "image/jpeg"), (200, "image/png"), (200, "application/pdf"),
    ]  # fmt: skip
    assert message.est_segments == 1 and "MediaUrl" in sim.arrivals()[0]["fields"]
    assert fresh(message).sid == sent["sid"]
    kept = queries.list_whole_media(message.id)
    assert [row.sha256.hex() for row in kept] == [each["sha256"] for each in files]
    assert not any(b"Canary" in row.content for row in kept)
    assert not Image.open(io.BytesIO(kept[0].content)).getexif()
    path, stranger = files[0]["url"].removeprefix(served), app.test_client()
    answer = stranger.get(path)
    assert answer.status_code == 200 and answer.data == kept[0].content
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="picture-1.jpg"'
    assert stranger.head(path).status_code == 200
    assert stranger.get(path[:-3] + "abc").status_code == 404
    with at(clock.now() + timedelta(hours=47)):
        assert stranger.get(path).status_code == 200
    with at(clock.now() + timedelta(hours=49)):
        assert stranger.get(path).status_code == 410


def test_a_text_may_be_a_picture_alone(live: Studio, sim: Simulator, served: str, work: Work) -> None:
    assert send(live, "", picture()).body == "Juniper Yoga: Reply STOP to stop"
    work("texts")
    again = send(live, "", picture(), picture())
    work("texts")
    assert again.body == "" and fresh(again).state in (State.HANDED_OVER, State.DELIVERED)
    assert "Body" not in sim.arrivals()[1]["fields"]
    assert len(json.loads(sim.messages()[1]["media"])) == 2


def test_a_held_file_goes_once_and_with_its_owners_text_alone(studio: Studio, work: Work) -> None:
    (mine,) = held(studio, picture())
    user = User.create(name="Theo Park", email="theo@juniper.example", password_hash="none")
    theo = Teammate.create(user=user, role=Role.MANAGER)
    written = {"address": ANA, "basis": Basis.ASKED, "media": [mine]}
    with pytest.raises(Invalid):
        actions.send_text(studio.lead, "Theo's", by=theo, client_key="a", **written)
    assert Message.select().count() == 0
    first = actions.send_text(studio.lead, "Maya's", by=studio.maya, client_key="b", **written)
    with pytest.raises(Invalid):
        actions.send_text(studio.lead, "Once more", by=studio.maya, client_key="c", **written)
    # Frozen: neither a later sweep nor another hand changes what left.
    with at(clock.now() + 2 * HELD_FOR):
        work("work")
        assert [row.state for row in queries.list_media([first.id])] == [MediaState.KEPT]


def test_a_file_whose_text_is_never_sent_is_forgotten_after_a_day(studio: Studio, work: Work) -> None:
    held(studio, picture())
    work("work")
    assert Media.select().count() == 1
    with at(clock.now() + HELD_FOR):
        assert work("work") == 1
    assert Media.select().count() == 0


def test_sending_an_unsure_text_again_sends_its_files_again(
    live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.fault("drop_after", silent=True)
    message = send(live, "The new room", picture())
    work("texts")
    Message.update(state=State.NEEDS_PERSON).where(Message.id == message.id).execute()
    again = actions.send_again(fresh(message), by=live.maya, client_key="again")
    work("texts")
    first, second = (json.loads(each["media"]) for each in sim.messages())
    assert again.media_count == 1 and first[0]["sha256"] == second[0]["sha256"]


def test_a_service_text_that_is_tried_again_bears_its_files(
    live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.settings(final="undelivered", error=30003)
    message = send(live, "The new room", picture())
    work("texts")
    until(lambda: [each["answer"] for each in sim.callbacks()] == [204, 204])
    work("hooks")
    again = Message.get(Message.retry_of == message.id)
    assert [row.state for row in queries.list_media([again.id])] == [MediaState.KEPT]


def test_the_practice_phone_shows_the_picture(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    send(studio, "The new room", picture())
    work("texts", "hooks")
    page = maya.get("/inbox/practice-phone").page
    (shown,) = page.all("img", loading="lazy")
    (kept,) = queries.list_whole_media(Message.get(Message.media_count == 1).id)
    assert maya.client.get(shown.get("src")).data == kept.content


# --- in the composer ---


def test_a_false_picture_is_refused_by_name_and_the_rest_is_kept(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    url = at_(studio)
    maya.get(url)
    files = upload(("room.jpg", picture()), ("x.jpg", EXE), ("page.png", PAGE), ("price.pdf", PDF))
    refused = maya.post(url, {"body": "The new room", "files": files}, on=url, status=422)
    assert "“x.jpg” is not a picture" in refused and "“page.png” is not a picture" in refused
    assert "The new room" in refused.page.by_id("composer-body").text
    assert "room.jpg" in refused and "price.pdf" in refused and "2 files" in refused
    maya.asked[url] = refused
    page = maya.post(url, {"body": "The new room"}, on=url).location
    shown = maya.get(page)
    (seen,) = shown.page.all("img", loading="lazy")
    assert (seen.get("alt"), seen.get("width"), seen.get("height")) == ("Picture you sent", "64", "48")
    (saved,) = [one for one in shown.page.all("a") if one.get("download") is not None]
    for link, way in ((seen.get("src"), "inline"), (saved.get("href"), "attachment")):
        answer = maya.client.get(link)
        assert answer.headers["Content-Disposition"].startswith(way)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Message.get().media_count == 2 and "price.pdf" in shown


def test_attaching_says_at_once_what_does_not_fit(maya: Browse, studio: Studio) -> None:
    studio.text("First")
    url, page = f"{at_(studio)}/check", f"/inbox/{ids.encode(Conversation.get().id)}"
    maya.get(page)
    eleven = upload(*((f"{n}.jpg", picture()) for n in range(11)))
    foot = maya.post_part(url, {"body": "Look", "files": eleven}, on=page, status=422)
    assert "“10.jpg” is one too many" in foot and "“9.jpg”" not in foot and "10 pictures" in foot
    plain = maya.post(url, {"body": "Look", "files": upload(("big.jpg", heavy(6)))}, on=page, status=422)
    assert "“big.jpg” has more than 5 MB" in plain and "Look" in plain.page.by_id("composer-body").text
    pair = upload(("one.pdf", PDF + bytes(3_000_000)), ("two.pdf", PDF + bytes(3_000_000)))
    assert "“two.pdf” does not fit" in maya.post_part(url, {"files": pair}, on=page, status=422)
    heic = upload(("i.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40)))
    assert "Save it as JPEG" in maya.post_part(url, {"files": heic}, on=page, status=422)
    assert "Write something" in maya.post(at_(studio), {}, on=page, status=422)
    assert Message.select().count() == 1


def test_a_file_is_taken_off_again(maya: Browse, studio: Studio) -> None:
    studio.text("First")
    url, page = f"{at_(studio)}/check", f"/inbox/{ids.encode(Conversation.get().id)}"
    maya.get(page)
    files = upload(("a.jpg", picture()), ("b.jpg", picture("WEBP")))
    foot = maya.post(url, {"body": "Look", "files": files}, on=page, status=200)
    assert "2 pictures" in foot
    off = [one for one in foot.page.all("button") if one.get("name") == "drop"]
    assert [one.get("aria-label") for one in off] == ["Take off a.jpg", "Take off b.jpg"]
    maya.asked[page] = foot
    kept = foot.page.hidden_fields(at_(studio))
    fewer = maya.post_part(url, {**kept, "body": "Look", "drop": off[0].get("value")}, on=page)
    assert "1 picture" in fewer and "b.jpg" in fewer and "a.jpg" not in fewer.text
    # The live line knows of the files too.
    assert "1 picture" in maya.post_part(url, {"held": off[1].get("value"), "body": "Loo"}, on=page)


def test_a_waiting_text_that_is_edited_keeps_its_files(maya: Browse, studio: Studio) -> None:
    at = clock.now() + timedelta(days=1)
    waiting = actions.send_text(
        studio.lead, "Tomorrow", address=ANA, by=studio.maya, client_key="a", basis=Basis.ASKED, at=at,
        media=held(studio, picture(), PDF),
    )  # fmt: skip
    page = f"/inbox/{ids.encode(waiting.conversation_id)}?edit={ids.encode(waiting.id)}"
    shown = maya.get(page)
    drops = [one.get("value") for one in shown.page.all("button") if one.get("name") == "drop"]
    kept = shown.page.hidden_fields(at_(studio))
    fewer = maya.post(f"{at_(studio)}/check", {**kept, "body": "Tomorrow", "drop": drops[1]}, on=page, status=200)
    maya.asked[page] = fewer
    maya.post(at_(studio), {"body": "Tomorrow, early"}, on=page)
    edited = Message.select().order_by(Message.id.desc()).get()
    assert fresh(waiting).state is State.CANCELED and edited.body.endswith("Tomorrow, early Reply STOP to stop")
    assert [row.mime for row in queries.list_media([edited.id])] == ["image/jpeg"]
    assert len(queries.list_media([waiting.id])) == 2


def test_nobody_else_sees_a_file_before_it_is_sent(app: Any, maya: Browse, studio: Studio) -> None:
    (mine,) = held(studio, picture())
    user = User.create(name="Theo Park", email="theo@juniper.example", password_hash="none")
    theo = Browse(app).as_(Teammate.create(user=user, role=Role.MANAGER))
    url = f"/inbox/files/{ids.encode(mine)}"
    assert maya.client.get(url).status_code == 200 and theo.client.get(url).status_code == 404
    with tenancy.entered(Workspace.create(number=12, slug="iron", name="Iron", timezone="America/Chicago")):
        iris = Browse(app).as_(studio.maya_of(tenancy.current_workspace()))
    assert iris.client.get(url).status_code == 404


# --- in ---


def test_a_picture_comes_in_and_is_shown(
    app: Any, maya: Browse, live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.inbound(
        f"{served}/webhooks/twilio/inbound", "", sender=ANA, media=[as_sent(picture()), as_sent(PDF, type="image/png")]
    )
    until(lambda: [each["answer"] for each in sim.callbacks()] == [204])
    work("hooks")
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    waiting = maya.get(page)
    assert "A file is on its way." in waiting and "2 attachments" in maya.get("/inbox")
    news = waiting.page.by_id("thread").get("data-hx-get")
    assert maya.ask("GET", news, status=None, headers={"HX-Request-Type": "partial"}).status == 204
    work("sync")
    assert maya.ask("GET", news, status=None, headers={"HX-Request-Type": "partial"}).status == 200
    shown = maya.get(page).page
    (seen,) = shown.all("img", loading="lazy")
    assert seen.get("alt") == "Picture from Ana"
    answer = maya.client.get(seen.get("src"))
    assert answer.content_type == "image/jpeg" and b"Canary" not in answer.data
    (saved,) = [one for one in shown.all("a") if one.get("download") is not None]
    answer = maya.client.get(saved.get("href"))
    assert answer.content_type == "application/pdf" and answer.data == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="file-2.pdf"'
    assert [row["is_signed_in"] for row in sim.fetched()] == [1, 1]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (as_sent(PAGE, type="image/jpeg"), MediaFault.NOT_KEPT),
        (as_sent(DRAWING, type="image/jpeg"), MediaFault.NOT_KEPT),
        (as_sent(EXE, type="image/jpeg"), MediaFault.NOT_KEPT),
        (as_sent(picture()[:300], type="image/jpeg"), MediaFault.BROKEN),
        (as_sent(b"GIF89a" + PAGE, type="image/gif"), MediaFault.BROKEN),
        (as_sent(heavy(10.1)), MediaFault.TOO_LARGE),
        (as_sent(picture(), via=3), MediaFault.ELSEWHERE),
        (as_sent(b"", mood="to", to="http://localhost:1/secret"), MediaFault.ELSEWHERE),
        (as_sent(b"", mood="to", to="https://127.0.0.1:1/secret"), MediaFault.ELSEWHERE),
        (as_sent(b"", mood="to", to="https://169.254.169.254/latest"), MediaFault.ELSEWHERE),
        (as_sent(b"", mood="to", to="file:///etc/passwd"), MediaFault.ELSEWHERE),
        (as_sent(picture(), url="http://169.254.169.254/2010-04-01/Accounts/x"), MediaFault.ELSEWHERE),
    ],
    ids=lambda each: each.value if isinstance(each, MediaFault) else "",
)
def test_a_file_that_lies_or_lies_elsewhere_is_refused_for_good(
    maya: Browse, live: Studio, sim: Simulator, work: Work, file: dict[str, Any], fault: MediaFault
) -> None:
    (row,) = receive(sim, work, file)
    assert (row.state, row.fault) == (MediaState.MISSING, fault)
    assert Media.get_by_id(row.id).content is None
    shown = maya.get(f"/inbox/{ids.encode(Conversation.get().id)}")
    assert "They sent a" in shown and "Try again" not in shown and not shown.page.all("img", loading="lazy")
    assert maya.client.get(f"/inbox/files/{ids.encode(row.id)}").status_code == 404


def test_two_redirects_are_followed_without_our_sign_in(live: Studio, sim: Simulator, work: Work) -> None:
    (row,) = receive(sim, work, as_sent(picture("PNG"), via=2))
    assert (row.state, row.mime) == (MediaState.KEPT, "image/png")
    assert [each["is_signed_in"] for each in sim.fetched()] == [1, 0, 0]


def test_a_picture_nobody_was_called_about_is_found_again(live: Studio, sim: Simulator, work: Work) -> None:
    sim.inbound("http://127.0.0.1:9/nobody", "Look", sender=ANA, media=[as_sent(picture())])
    work("sync", "hooks")
    work("sync")
    (row,) = queries.list_media([Message.get(Message.media_count == 1).id])
    assert (row.state, row.mime) == (MediaState.KEPT, "image/jpeg")


@pytest.mark.parametrize(
    ("mood", "fault"),
    [("missing", MediaFault.NOT_THERE), ("away", MediaFault.NO_ANSWER), ("cut", MediaFault.NO_ANSWER)],
)
def test_a_file_that_may_still_come_is_asked_for_again_and_then_by_a_person(
    maya: Browse, live: Studio, sim: Simulator, work: Work, mood: str, fault: MediaFault
) -> None:
    (row,) = receive(sim, work, as_sent(picture(), mood=mood))
    assert (row.state, row.fault, row.tries) == (MediaState.AWAITED, fault, 1)
    now = clock.now()
    for pause in filing.PAUSES:
        assert work("sync") == 0
        now += pause
        with at(now):
            work("sync")
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    assert Media.get().state is MediaState.MISSING and "Try again" in maya.get(page)
    sim.steer("mood", mood="well")
    thread = maya.post_part(f"/inbox/files/{ids.encode(row.id)}/fetch", on=page)
    assert "A file is on its way." in thread
    assert maya.post(f"/inbox/files/{ids.encode(row.id)}/fetch", on=page).location == page
    work("sync")
    assert Media.get().state is MediaState.KEPT and "Try again" not in maya.get(page)


def test_what_somebody_at_rest_sends_stays_sealed(maya: Browse, live: Studio, sim: Simulator, work: Work) -> None:
    (row,) = receive(sim, work, as_sent(picture()))
    people.restrict(live.lead, reason="they asked", by=live.maya)
    shown = maya.get(f"/inbox/{ids.encode(Conversation.get().id)}")
    assert "Sealed while this contact is at rest." in shown and not shown.page.all("img", loading="lazy")
    assert maya.client.get(f"/inbox/files/{ids.encode(row.id)}").status_code == 404


# --- what becomes of them ---


def test_a_contacts_export_holds_the_files_and_erasing_leaves_none(
    app: Any, live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    message = send(live, "The new room", picture())
    work("texts")
    receive(sim, work, as_sent(PDF), as_sent(PAGE))
    archive = zipfile.ZipFile(io.BytesIO(export.person_zip(live.lead.id, "Ana", as_of=clock.now())))
    held_there = {archive.read(name) for name in archive.namelist() if name.startswith("files/")}
    assert held_there == {PDF, queries.list_whole_media(message.id)[0].content}
    path = json.loads(sim.messages()[0]["media"])[0]["url"].removeprefix(served)
    erasure = erasing.ask_erasure(live.lead, shown=erasing.fingerprint(erasing.plan(live.lead.id)), by=live.maya)
    with at(clock.now() + timedelta(hours=73)):
        erasing.carry_out(erasure.id)
    assert Media.select().count() == 0
    assert app.test_client().get(path).status_code == 410


@pytest.mark.own_database
def test_texts_of_before_bear_no_files(world: Any, config: Any, house: Any) -> None:
    with tenancy.entered(world.juniper):
        sender = actions.ensure_practice_sender()
        thread = Conversation.create(sender=sender, address=ANA)
    migrations.down(config.data_dir, config.database_roles, "0044_media")
    with cross_tenant(Reason.MIGRATION):
        assert "media" not in database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    with tenancy.entered(world.juniper):
        assert Conversation.get_by_id(thread.id).address == ANA
        assert queries.list_thread(thread) == [] and Media.select().count() == 0
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def test_a_template_comes_into_the_box_beside_the_files(app: Any, studio: Studio) -> None:
    maya, (mine,) = Browse(app).as_(studio.maya), held(studio, picture())
    hello = actions.add_template("Hello", "Hi {{first_name}}")
    page = f"/contacts/{ids.encode(studio.lead.id)}"
    put = f"{page}/messages/templates/{ids.encode(hello.id)}"
    answer = maya.post_part(put, {"place": "contact", "body": "", "held": ids.encode(mine)}, on=page)
    assert answer.page.value("body") == "Hi Ana" and "1 picture" in answer
    assert ids.encode(mine) in answer.page.hidden_fields(f"{page}/messages")["held"]
