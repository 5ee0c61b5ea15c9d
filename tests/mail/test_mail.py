"""Mail that is neither lost nor sent twice, spoken to a real server."""

from dataclasses import replace
from datetime import timedelta

import pytest

from omni.config import Config
from omni.core import clock, database, egress, mail, outbox, queue
from omni.core.ids import encode
from omni.core.mail import MailState, OutgoingMail, post_mail
from omni.core.models_processes import EgressLog
from tests.servers import MailServer, free_port


def post(**more: object) -> OutgoingMail:
    """One mail to Maya, waiting."""
    values = {"html": "<p>Hello <b>Maya</b></p>", "dedupe_key": "welcome:maya"} | more
    return post_mail("maya@example.com", "Willkommen, José", "Hello Maya,\nname: Zoë", **values)  # type: ignore[arg-type]


def now(sent: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.get_by_id(sent.id)


def wait_over(sent: OutgoingMail) -> None:
    """As if the pause before the next try were over."""
    OutgoingMail.update(not_before=clock.now() - timedelta(seconds=1)).where(OutgoingMail.id == sent.id).execute()


def test_a_mail_reaches_the_server_whole(server: MailServer) -> None:
    sent = post()
    assert queue.work_off("mail") == 1
    (message,) = server.accepted
    assert message["To"] == "maya@example.com"
    assert message["Subject"] == "Willkommen, José"
    assert message["Message-ID"] == f"<{encode(sent.id)}@127.0.0.1>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().split() == ["Hello", "Maya,", "name:", "Zoë"]
    assert "<b>Maya</b>" in html.get_content()
    assert now(sent).state is MailState.SENT


def test_the_same_key_is_the_same_mail(server: MailServer) -> None:
    assert post().id == post().id
    queue.work_off("mail")
    post()
    queue.work_off("mail")
    assert len(server.accepted) == 1


def test_a_mail_of_a_rolled_back_act_is_never_sent(server: MailServer) -> None:
    with pytest.raises(RuntimeError), database.transaction():
        post()
        raise RuntimeError
    assert queue.work_off("mail") == 0
    assert server.accepted == []


def test_address_and_words_lie_sealed(server: MailServer) -> None:
    post()
    table = database.database.execute_sql('SELECT "to", body FROM outgoing_mail').fetchall()
    assert b"maya" not in b"".join(bytes(cell) for cell in table[0]).lower()


def test_a_refused_address_ends_the_mail(server: MailServer) -> None:
    server.rcpt_answer = "550 no such user"
    sent = post()
    queue.work_off("mail")
    assert (now(sent).state, now(sent).reason) == (MailState.REJECTED, "smtp_550")
    assert queue.work_off("mail") == 0


def test_a_busy_server_is_tried_again_later(server: MailServer) -> None:
    server.data_answer = "451 try later"
    sent = post()
    queue.work_off("mail")
    assert (now(sent).state, now(sent).reason, now(sent).attempts) == (MailState.WAITING, "smtp_451", 1)
    assert now(sent).not_before > clock.now()
    server.data_answer = "250 OK"
    wait_over(sent)
    queue.work_off("mail")
    assert now(sent).state is MailState.SENT
    assert len(server.accepted) == 1


def test_a_server_that_is_away_is_tried_again_and_in_the_end_given_up(server: MailServer, config: Config) -> None:
    away = replace(config, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    mail.bind(away)
    egress.bind(away)
    sent = post()
    for _ in range(mail.MOST_ATTEMPTS):
        wait_over(sent)
        mail.send_mail(sent.id)
    assert (now(sent).state, now(sent).reason) == (MailState.REJECTED, "ConnectionRefusedError")


def test_an_answer_lost_after_the_text_is_unknown_where_repeating_would_harm(server: MailServer) -> None:
    server.data_answer = None
    sent = post(may_repeat=False)
    queue.work_off("mail")
    assert (now(sent).state, now(sent).reason) == (MailState.UNKNOWN, "answer_lost")
    assert queue.work_off("mail") == 0
    assert len(server.accepted) == 1


def test_an_answer_lost_after_the_text_is_repeated_under_the_same_name(server: MailServer) -> None:
    server.data_answer = None
    sent = post()
    queue.work_off("mail")
    assert now(sent).state is MailState.WAITING
    assert now(sent).not_before > clock.now() + timedelta(minutes=14)
    server.data_answer = "250 OK"
    wait_over(sent)
    queue.work_off("mail")
    first, second = server.accepted
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_whose_day_has_passed_is_not_sent(server: MailServer) -> None:
    sent = post(expires_at=clock.now() - timedelta(minutes=1))
    queue.work_off("mail")
    assert (now(sent).state, now(sent).reason) == (MailState.WITHDRAWN, "expired")
    assert server.accepted == []


def test_a_mail_is_held_until_its_time(server: MailServer) -> None:
    sent = post(not_before=clock.now() + timedelta(hours=1))
    assert queue.work_off("mail") == 0
    mail.send_mail(sent.id)
    assert now(sent).state is MailState.WAITING


def test_a_forged_header_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        post_mail("maya@example.com\nBcc: everyone@example.com", "Hello", "…", dedupe_key="forged")


def test_an_address_the_server_cannot_take_ends_the_mail(server: MailServer) -> None:
    sent = post_mail("josé@example.com", "Hello", "Hello", dedupe_key="jose")
    queue.work_off("mail")
    assert (now(sent).state, now(sent).reason) == (MailState.REJECTED, "address")


def test_two_workers_at_one_mail_send_it_once(server: MailServer) -> None:
    sent = post()
    claimed = mail._claim(sent.id)
    assert claimed is not None
    mail.send_mail(sent.id)
    assert server.accepted == []


def test_what_went_out_is_written_down_by_field_names_and_size(server: MailServer) -> None:
    post()
    queue.work_off("mail")
    row = EgressLog.get()
    assert (row.gateway, row.circumstance, row.status) == ("mail", "C25", 250)
    assert row.field_names == ["html", "subject", "text", "to"]
    assert row.bytes_out > 100


def test_without_a_mail_server_mail_is_kept_and_shown(house: object, config: Config, app: object) -> None:
    sent = post()
    queue.work_off("mail")
    ((name, message),) = outbox.kept(config.data_dir)
    assert name == encode(sent.id)
    assert message["Subject"] == "Willkommen, José"
    assert now(sent).state is MailState.SENT
    page = app.test_client().get("/dev/outbox").get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Willkommen, José" in page
    assert "name: Zoë" in page


def test_the_outbox_is_not_there_in_production(house: object, config: Config) -> None:
    from omni.config import Environment
    from omni.factory import create_app

    production = replace(config, env=Environment.PRODUCTION, public_url="https://omni.example.com")
    client = create_app(production, house).test_client()  # type: ignore[arg-type]
    assert client.get("/dev/outbox", headers={"Host": "omni.example.com"}).status_code == 404
