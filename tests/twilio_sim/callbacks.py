"""Callbacks: signed as Twilio documents it ("Validating Signatures from Twilio"), late, lost, doubled or shuffled."""

import base64
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.twilio_sim.store import Store

FINALS = {"delivered", "undelivered", "failed", "canceled"}


def sign(token: str, url: str, form: dict[str, str], algorithm: str = "sha1") -> str:
    """Base64 of the HMAC over the address and the sorted fields run together: by SHA-1, or as a shared key says."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()


def plan_statuses(store: Store, message: Any) -> None:
    """Queue the callbacks a created message will cause, in the mood the settings name."""
    final = store.setting("final")
    steps = ["sent", final] if final in FINALS and final != "failed" else ([final] if final else ["sent"])
    mood, delay = store.setting("callbacks"), float(store.setting("callback_delay_s"))
    if mood == "lost" or store.draw("callback", message["n"]) < float(store.setting("callbacks_lost")):
        for status in steps:
            store.run(
                "UPDATE message SET status=?, error=? WHERE sid=?", status, store.setting("error"), message["sid"]
            )
        return
    if mood == "shuffled":
        random.shuffle(steps)
    for turn, status in enumerate(steps * (2 if mood == "doubled" else 1)):
        queue_status(store, message, status, delay * (turn + 1))


def queue_status(store: Store, message: Any, status: str, after_s: float = 0.0) -> None:
    """Queue one status callback, and let the stored message carry its status."""
    error = store.setting("error") if status in {"undelivered", "failed"} else None
    store.run("UPDATE message SET status=?, error=? WHERE sid=?", status, error, message["sid"])
    if not message["callback"]:
        return
    form = {
        "MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": message["account"],
        "From": message["sender"],
        "To": message["recipient"], "MessageStatus": status, "SmsStatus": status, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    if error:
        form["ErrorCode"] = str(error)
    queue(store, message["callback"], form, store.token(message["account"]) or "", after_s)


def queue(store: Store, url: str, form: dict[str, str], token: str, after_s: float = 0.0) -> None:
    store.run(
        "INSERT INTO callback (due, url, form, token) VALUES (?, ?, ?, ?)",
        time.time() + after_s,
        url,
        json.dumps(form),
        token,
    )


class Deliverer(threading.Thread):
    """Delivers due callbacks one by one; what fails is tried again, three times in all."""

    def __init__(self, store: Store) -> None:
        super().__init__(daemon=True)
        self._store = store

    def run(self) -> None:
        while True:
            for row in self._store.run(
                "SELECT * FROM callback WHERE answer IS NULL AND tries<? AND due<=? ORDER BY due, n",
                self._store.setting("callback_tries"),
                time.time(),
            ):
                self._deliver(row)
            time.sleep(0.02)

    def _deliver(self, row: Any) -> None:
        answer = post(row["url"], json.loads(row["form"]), row["token"])
        if answer and answer < 500:
            self._store.run("UPDATE callback SET answer=? WHERE n=?", answer, row["n"])
        else:
            self._store.run("UPDATE callback SET tries=tries+1, due=? WHERE n=?", time.time() + 0.5, row["n"])


def post(url: str, form: dict[str, str], token: str) -> int | None:
    """Post one signed form; the status it was answered with, or None when nobody answered."""
    request = urllib.request.Request(  # noqa: S310 - an address the tests gave
        url, data=urllib.parse.urlencode(form).encode(), headers={"X-Twilio-Signature": sign(token, url, form)}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
