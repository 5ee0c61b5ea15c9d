"""The HTTP face of the simulator: the parts of Twilio's API that Omni calls, and `/_sim/` for the tests."""

import base64
import json
import re
import socket
import sys
import time
import urllib.parse
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.twilio_sim import callbacks, media
from tests.twilio_sim.store import Store

API = re.compile(r"^/2010-04-01/Accounts/(?P<account>[A-Za-z0-9]+)(?P<rest>/.*)?\.json$")
SERVICE = re.compile(r"^/v1/Services/(?P<sid>[A-Za-z0-9]+)(?P<rest>/PhoneNumbers)?$")
LOGS = ("arrival", "message", "callback", "fetched")
EVERYTHING = {name: f"SELECT * FROM {name} ORDER BY n" for name in LOGS}  # noqa: S608 - our own names
FORGET = {name: f"DELETE FROM {name}" for name in (*LOGS, "fault", "setting", "blocked", "pool", "media")}  # noqa: S608


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, store: Store) -> None:
        self.store = store
        super().__init__(("127.0.0.1", port), Face)
        self.place = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller that was killed before its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Dropped(Exception):
    """The connection is cut without an answer."""


class Face(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length).decode()
        try:
            if media.serves(path):
                media.serve(self, path, method)
                return
            if path.startswith("/_sim/"):
                status, body = self._steer(path.removeprefix("/_sim/"), json.loads(raw or "{}"))
            else:
                said = urllib.parse.parse_qsl(raw, keep_blank_values=True)
                form = {**dict(urllib.parse.parse_qsl(query)), **dict(said)}
                urls = [value for name, value in said if name == "MediaUrl"]
                status, body = self._serve(method, path, form, urls)
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(status, body)

    def _write(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        if status == 429:
            self.send_header("Retry-After", str((body or {}).get("retry_after", 1)))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # --- Twilio's side ---

    def _serve(
        self, method: str, path: str, form: dict[str, str], urls: list[str]
    ) -> tuple[int, dict[str, Any] | None]:
        store = self.server.store
        account, token = self._credentials()
        known = store.token(account)
        if known is None or known != token:
            return 401, _error(20003, "Authenticate", 401)
        if service := SERVICE.match(path):
            found = store.run("SELECT 1 FROM service WHERE account=? AND sid=?", account, service["sid"])
            if not found:
                return 404, _error(20404, "not found", 404)
            return 200, _pool(store, service["sid"]) if service["rest"] else {"sid": service["sid"]}
        match = API.match(path)
        if match is None or match["account"] != account:
            return 404, _error(20404, "not found", 404)
        rest = match["rest"] or ""
        if rest == "":
            return 200, {"sid": account, "status": store.run("SELECT status FROM account WHERE sid=?", account)[0][0]}
        if rest == "/IncomingPhoneNumbers":
            return 200, _numbers(store, account, form.get("PhoneNumber"))
        if rest == "/Messages":
            return self._create(account, form, urls) if method == "POST" else self._list(account, form)
        if rest.endswith("/Media"):
            return 200, media.listed(store, account, rest.removeprefix("/Messages/").removesuffix("/Media"))
        return self._one(method, account, rest.removeprefix("/Messages/"), form)

    def _credentials(self) -> tuple[str, str]:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, password = base64.b64decode(given or b"").decode().partition(":")
        return user, password

    def _create(self, account: str, form: dict[str, str], urls: list[str]) -> tuple[int, dict[str, Any] | None]:
        store = self.server.store
        arrival = store.arrived("POST", "/Messages", form)
        kind, args = store.take_fault(arrival) or ("ok", {})
        if kind in {"drop_before", "500_before", "429", "4xx"}:
            store.answered(arrival, kind)
            if kind == "drop_before":
                raise Dropped
            if kind == "429":
                return 429, {**_error(20429, "Too Many Requests", 429), "retry_after": args.get("retry_after", 1)}
            if kind == "4xx":
                return int(args.get("status", 400)), _error(int(args.get("code", 21211)), "refused", 400)
            return 500, _error(20500, "Internal Server Error", 500)
        is_from = form.get("From") or form.get("MessagingServiceSid")
        if not form.get("To") or not is_from or not (form.get("Body") or urls):
            store.answered(arrival, "refused")
            return 400, _error(21602, "A parameter is missing", 400)
        own = store.run("SELECT 1 FROM number WHERE account=? AND number=?", account, form.get("From"))
        if form.get("From") and not own:
            store.answered(arrival, "21659")
            return 400, _error(21659, "'From' is not a Twilio phone number", 400)
        if store.run("SELECT 1 FROM blocked WHERE number=?", form["To"]):
            store.answered(arrival, "21610")
            return 400, _error(21610, "Attempt to send to unsubscribed recipient", 400)
        if len(urls) > media.MOST:
            store.answered(arrival, "21623")
            return 400, _error(21623, "Number of media files exceeds allowed limit", 400)
        taken = [media.take(url) for url in urls]
        if not all(one["is_fit"] for one in taken):
            store.answered(arrival, "21620")
            return 400, _error(21620, "Invalid media URL(s)", 400)
        message = store.add_message(account, "outbound-api", form, store.setting("initial"), media=taken)
        store.answered(arrival, kind, message["sid"])
        if not args.get("silent"):
            callbacks.plan_statuses(store, message)
        return self._reply(kind, args, message)

    def _reply(self, kind: str, args: dict[str, Any], message: Any) -> tuple[int, dict[str, Any] | None]:
        """Answer an accepted create, in the way the fault asks for."""
        if kind == "drop_after":
            raise Dropped
        if kind == "500_after":
            return 500, _error(20500, "Internal Server Error", 500)
        if kind == "broken":
            return 201, {"nothing": "useful"}
        if kind in {"slow", "hold"}:
            time.sleep(float(args.get("seconds", 3)))
        if kind == "trickle":
            self._trickle(_shown(message), float(args.get("seconds", 3)))
            raise Dropped
        return 201, _shown(message)

    def _trickle(self, body: dict[str, Any], seconds: float) -> None:
        content = json.dumps(body).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for at in range(len(content) // 2):
            self.wfile.write(content[at : at + 1])
            time.sleep(seconds / len(content))

    def _list(self, account: str, form: dict[str, str]) -> tuple[int, dict[str, Any] | None]:
        size = min(int(form.get("PageSize", 50)), 1000)
        after = int(form.get("PageToken") or 0)
        rows = self.server.store.list_messages(account, form.get("To"), form.get("From"), size + 1, after)
        following = None
        if len(rows) > size:
            rows = rows[:size]
            kept = {name: form[name] for name in ("To", "From") if name in form}
            page = urllib.parse.urlencode({**kept, "PageSize": size, "Page": 1, "PageToken": after + size})
            following = f"/2010-04-01/Accounts/{account}/Messages.json?{page}"
        return 200, {
            "messages": [_shown(row) for row in rows],
            "next_page_uri": following,
            "page_size": size,
            "page": 0,
        }

    def _one(self, method: str, account: str, sid: str, form: dict[str, str]) -> tuple[int, dict[str, Any] | None]:
        store = self.server.store
        try:
            message = store.message(account, sid)
        except LookupError:
            return 404, _error(20404, "not found", 404)
        if method == "DELETE":
            store.run("UPDATE message SET deleted=1, body='' WHERE sid=?", sid)
            return 204, None
        if method == "POST" and form.get("Body") == "":
            store.run("UPDATE message SET body='' WHERE sid=?", sid)
        elif method == "POST" and form.get("Status") == "canceled":
            callbacks.queue_status(store, message, "canceled")
        return 200, _shown(store.message(account, sid))

    # --- the tests' side ---

    def _steer(self, what: str, args: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        store = self.server.store
        if what == "account":
            store.run("INSERT OR REPLACE INTO account VALUES (?, ?, 'active')", args["sid"], args["token"])
            for number in args.get("numbers", []):
                store.run("INSERT OR IGNORE INTO number VALUES (?, ?)", args["sid"], number)
            for service in args.get("services", []):
                store.run("INSERT OR IGNORE INTO service VALUES (?, ?)", args["sid"], service)
        elif what == "pool":
            store.run("INSERT OR IGNORE INTO pool VALUES (?, ?)", args["service"], args["number"])
        elif what == "release":
            store.run("DELETE FROM number WHERE number=?", args["number"])
        elif what == "fault":
            store.run(
                "INSERT INTO fault (kind, args, left) VALUES (?, ?, ?)",
                args["kind"], json.dumps(args), args.get("times", 1),
            )  # fmt: skip
        elif what == "settings":
            for name, value in args.items():
                store.set(name, value)
        elif what == "block":
            store.run("INSERT OR IGNORE INTO blocked VALUES (?)", args["number"])
        elif what == "inbound":
            return 200, self._inbound(args)
        elif what == "sent":
            # By another tool of the same account: nobody is called about it.
            form = {"To": args["to"], "From": args["from"], "Body": args.get("body", "Hello")}
            said = store.add_message(
                args["account"], "outbound-api", form, args.get("status", "delivered"), float(args.get("ago_s", 0))
            )
            store.run("UPDATE message SET error=? WHERE sid=?", args.get("error"), said["sid"])
            return 200, {"sid": said["sid"]}
        elif what == "media":
            return 200, media.keep(store, args["account"], args["sid"], args["files"], self.server.place)
        elif what == "mood":
            store.run("UPDATE media SET mood=?", args["mood"])
        elif what == "status":
            callbacks.queue_status(
                store, store.run("SELECT * FROM message WHERE sid=?", args["sid"])[0], args["status"]
            )
        elif what == "count":
            open_ones = "SELECT count(*) AS n FROM callback WHERE answer IS NULL AND tries<?"
            return 200, {
                "arrivals": store.run("SELECT count(*) AS n FROM arrival")[0]["n"],
                "callbacks": store.run(open_ones, store.setting("callback_tries"))[0]["n"],
            }
        elif what == "log":
            return 200, {name: [dict(row) for row in store.run(EVERYTHING[name])]
                         for name in LOGS}  # fmt: skip
        elif what == "forget":
            for table in FORGET:
                store.run(FORGET[table])
        else:
            return 404, {"what": what}
        return 200, {}

    def _inbound(self, args: dict[str, Any]) -> dict[str, Any]:
        """A person texts one of the account's numbers: store it, and call the webhook."""
        store = self.server.store
        form = {"To": args["to"], "From": args["from"], "Body": args["body"]}
        message = store.add_message(args["account"], "inbound", form, "received", float(args.get("ago_s", 0)))
        token = store.token(args["account"]) or ""
        files = media.keep(store, args["account"], message["sid"], args.get("media", []), self.server.place)
        said = {
            "MessageSid": message["sid"], "SmsSid": message["sid"], "AccountSid": args["account"],
            "NumMedia": str(len(files) // 2), "NumSegments": "1",
            "ApiVersion": "2010-04-01", **form, **files, **args.get("more", {}),
        }  # fmt: skip
        if word := args.get("opt_out_type"):
            said["OptOutType"] = word
        for _ in range(int(args.get("times", 1))):
            callbacks.queue(store, args["url"], said, token)
        return {"sid": message["sid"]}


def _shown(row: Any) -> dict[str, Any]:
    """A message as Twilio's API draws it."""
    when = formatdate(row["created"]).replace("-0000", "+0000")
    return {
        "sid": row["sid"], "account_sid": row["account"], "direction": row["direction"], "from": row["sender"] or None,
        "to": row["recipient"], "body": row["body"], "status": row["status"], "error_code": row["error"],
        "error_message": None, "messaging_service_sid": row["service"], "date_created": when, "date_updated": when,
        "date_sent": when, "num_segments": "1", "num_media": str(len(json.loads(row["media"]))),
        "price": None, "price_unit": "USD",
        "api_version": "2010-04-01", "uri": f"/2010-04-01/Accounts/{row['account']}/Messages/{row['sid']}.json",
        "subresource_uris": {},
    }  # fmt: skip


def _numbers(store: Store, account: str, number: str | None) -> dict[str, Any]:
    rows = store.run("SELECT number FROM number WHERE account=? AND (? IS NULL OR number=?)", account, number, number)
    found = [{"sid": "PN" + "0" * 32, "phone_number": row["number"], "capabilities": {"sms": True}} for row in rows]
    return {"incoming_phone_numbers": found, "next_page_uri": None, "page": 0, "page_size": 50}


def _pool(store: Store, service: str) -> dict[str, Any]:
    rows = store.run("SELECT number FROM pool WHERE service=?", service)
    found = [{"sid": "PN" + "0" * 32, "service_sid": service, "phone_number": row["number"]} for row in rows]
    return {"phone_numbers": found, "meta": {"key": "phone_numbers", "next_page_url": None, "page": 0}}


def _error(code: int, message: str, status: int) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
