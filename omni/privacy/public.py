"""The policy, the promises, the terms, and the one-tap stop: pages for everyone."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from omni.core.policies import Purpose
from omni.privacy import actions, policy
from omni.privacy.clause import Clause, State
from omni.privacy.clauses import PARTS, Part, all_clauses, counted
from omni.privacy.terms import TERMS
from omni.privacy.versions import POLICY, TERMS_OF_USE
from omni.web.access import current_door, public
from omni.web.login import is_signed_in
from omni.web.respond import render

promises = Blueprint("promises", __name__)

WORDS = {State.KEPT: "kept", State.PARTLY: "partly", State.NOT_YET: "not_yet"}


@promises.get("/privacy")
@public("the policy is for everyone")
def show_policy() -> Response:
    return render("privacy/policy.html", layout=_layout(), parts=_parts(), version=POLICY, contact=_contact())


@promises.get("/privacy.txt")
@public("the policy as text", headers="machine")
def show_text() -> Response:
    return Response(policy.as_text(_contact()), content_type="text/plain; charset=utf-8")


@promises.get("/privacy.json")
@public("the policy for machines", headers="machine")
def show_json() -> Response:
    return jsonify(policy.as_json(_contact()))


@promises.get("/privacy/promises")
@public("what keeps each promise is for everyone to see")
def show_promises() -> Response:
    wanted = request.args.get("part", "")
    part = Part[wanted] if wanted in Part.__members__ else None
    return render(
        "privacy/promises.html",
        layout=_layout(),
        tabs=_tabs(part),
        clauses=[clause for clause in all_clauses() if part is None or clause.id in PARTS[part]],
        counts={word: counted()[state] for state, word in WORDS.items()},
        contact=_contact(),
    )


@promises.get("/terms")
@public("the terms are read before signing up")
def show_terms() -> Response:
    return render("privacy/terms.html", layout=_layout(), terms=TERMS, version=TERMS_OF_USE)


@promises.get("/unsubscribe/<token>")
@public("whoever holds the link may stop the mail", door="unsubscribe", purpose=Purpose.CONSENT)
def show_unsubscribe(token: str) -> Response:
    return render("privacy/unsubscribe.html", token=token, is_done=actions.is_unsubscribed(current_door().subject))


@promises.post("/unsubscribe/<token>")
@public("RFC 8058: a mail program posts here without a cookie", door="unsubscribe", purpose=Purpose.CONSENT)
def unsubscribe(token: str) -> Response:
    actions.unsubscribe(current_door().subject)
    return render("privacy/unsubscribe.html", token=token, is_done=True)


def _parts() -> list[tuple[Part, list[Clause]]]:
    by_id = {clause.id: clause for clause in all_clauses()}
    return [(part, [by_id[each] for each in ids]) for part, ids in PARTS.items()]


def _tabs(current: Part | None) -> list[dict[str, Any]]:
    whole: dict[str, Any] = {"label": "All", "href": url_for("promises.show_promises"), "count": len(all_clauses())}
    rest: list[dict[str, Any]] = [
        {
            "label": part.value,
            "href": url_for("promises.show_promises", part=part.name),
            "count": len(ids),
            "current": part is current,
        }
        for part, ids in PARTS.items()
    ]
    return [whole | {"current": current is None}, *rest]


def _layout() -> str:
    return "layouts/app.html" if is_signed_in() else "layouts/bare.html"


def _contact() -> str:
    return str(current_app.config["OMNI"].contact_email)
