"""Files of messages: fetched where a create names them; served, in some mood, where a webhook does.

A mood: "well", "missing" (404), "away" (500), "cut" (a first byte and no more), or "to" with the address it
redirects to; `via` stands for so many redirects within the API, and every redirect is left without a sign-in.
"""

import base64
import hashlib
import json
import urllib.error
import urllib.request
import uuid
from typing import Any

from tests.twilio_sim.store import Store

MOST = 10
MOST_BYTES = 5 * 1024 * 1024
# Twilio, "Accepted content types for media": what Omni may choose from.
TYPES = {"image/jpeg", "image/png", "image/gif", "application/pdf", "text/vcard"}
ELSEWHERE = "/elsewhere/"


def take(url: str) -> dict[str, Any]:
    """What is found at the address a create names, asked for by HEAD and by GET as Twilio does."""
    head, _, said = _ask("HEAD", url)
    status, content, kind = _ask("GET", url)
    is_fit = (head, status) == (200, 200) and kind == said and kind in TYPES and len(content) <= MOST_BYTES
    return {
        "url": url, "status": status, "type": kind, "size": len(content), "is_fit": is_fit,
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def keep(store: Store, account: str, sid: str, files: list[dict[str, Any]], place: str) -> dict[str, str]:
    """Put the files of a message that came in where its webhook says they are; the fields that say so."""
    said: dict[str, str] = {}
    store.run("UPDATE message SET media=? WHERE sid=?", json.dumps([file.get("type") for file in files]), sid)
    for n, file in enumerate(files):
        path = f"/2010-04-01/Accounts/{account}/Messages/{sid}/Media/ME{uuid.uuid4().hex}"
        store.run(
            "INSERT INTO media (path, account, content, type, mood, args) VALUES (?, ?, ?, ?, ?, ?)",
            path, account, base64.b64decode(file.get("content", "")), file.get("type", "image/jpeg"),
            file.get("mood", "well"), json.dumps(file),
        )  # fmt: skip
        said |= {f"MediaUrl{n}": file.get("url", place + path), f"MediaContentType{n}": file.get("type", "image/jpeg")}
    return said


def serves(path: str) -> bool:
    return path.startswith(ELSEWHERE) or "/Media/ME" in path


def listed(store: Store, account: str, sid: str) -> dict[str, Any]:
    """The files of one message, as Twilio's API lists them."""
    start = f"/2010-04-01/Accounts/{account}/Messages/{sid}/Media/"
    rows = store.run("SELECT path FROM media WHERE path LIKE ? ORDER BY n", f"{start}%")
    found = [{"sid": row["path"].removeprefix(start), "parent_sid": sid, "uri": row["path"] + ".json"} for row in rows]
    return {"media_list": found, "next_page_uri": None, "page": 0, "page_size": 50}


def serve(face: Any, path: str, method: str) -> None:
    """Answer for one file, in its mood."""
    store: Store = face.server.store
    own = "/" + path.removeprefix(ELSEWHERE).partition("/")[2] if path.startswith(ELSEWHERE) else path
    row = store.run("SELECT * FROM media WHERE path=?", own)[0]
    args = json.loads(row["args"])
    is_signed_in = face._credentials() == (row["account"], store.token(row["account"]))
    store.run("INSERT INTO fetched (path, method, is_signed_in) VALUES (?, ?, ?)", path, method, is_signed_in)
    hops = int(path.removeprefix(ELSEWHERE).partition("/")[0]) if path.startswith(ELSEWHERE) else 0
    if hops == 0 and not is_signed_in:
        _answer(face, 401, b"")
    elif hops < int(args.get("via", 0)):
        _answer(face, 307, b"", {"Location": f"{ELSEWHERE}{hops + 1}{own}"})
    elif row["mood"] == "to":
        _answer(face, 302, b"", {"Location": args["to"]})
    elif row["mood"] in ("missing", "away"):
        _answer(face, {"missing": 404, "away": 500}[row["mood"]], b"")
    elif row["mood"] == "cut":
        face.send_response(200)
        face.send_header("Content-Length", "1000")
        face.end_headers()
        face.wfile.write(b"x")
        face.close_connection = True
    else:
        _answer(face, 200, bytes(row["content"]), {"Content-Type": row["type"]})


def _answer(face: Any, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
    face.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
        face.send_header(name, value)
    face.end_headers()
    face.wfile.write(content)


def _ask(method: str, url: str) -> tuple[int, bytes, str]:
    request = urllib.request.Request(url, method=method)  # noqa: S310 - an address the tests gave
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers.get("Content-Type", "")
    except urllib.error.HTTPError as error:
        return error.code, b"", ""
    except OSError:
        return 0, b"", ""
