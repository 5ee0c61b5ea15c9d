"""For development and tests alone: the mail that was kept because no mail server is named."""

from email.message import EmailMessage

from flask import Blueprint, Response, current_app

from omni.config import Config
from omni.core import outbox
from omni.web.marks import public
from omni.web.respond import render

dev = Blueprint("dev", __name__)

MOST_SHOWN = 50


@dev.get("/dev/outbox")
@public("the developer's own mail; this blueprint is left out in production")
def show_outbox() -> Response:
    config: Config = current_app.config["OMNI"]
    mails = [
        {
            "name": name,
            "to": message["To"],
            "subject": message["Subject"],
            "sent_at": message["Date"].datetime,
            "lines": [line for line in _text(message).splitlines() if line.strip()],
        }
        for name, message in outbox.kept(config.data_dir)[:MOST_SHOWN]
    ]
    return render("dev/outbox.html", mails=mails)


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""
