"""Pages for friends: no session, no cookie, the same bytes for everyone."""

import io
import os
import re
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from itsdangerous import SignatureExpired
from peewee import InterfaceError, OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as Answer

from omni.core import doors, ids, limits, queue, secrets
from omni.core.faults import Gone, NotFound
from omni.core.ids import Id
from omni.core.policies import Purpose
from omni.core.secrets import BadToken
from omni.core.tenancy import entered
from omni.core.words import use_locale
from omni.referrals import actions, pages, place, queries, spool
from omni.referrals.clicks import Counter
from omni.referrals.express import Environ, Express, keep_answer, takes_gzip
from omni.referrals.forms import LeadForm
from omni.referrals.models import CardImage, LeadSubmission, LinkState, LinkStatus
from omni.referrals.pages import View
from omni.referrals.shelf import Page, Shelf, drawn
from omni.referrals.sources import channel_in
from omni.web.access import enter, public
from omni.web.csrf import Forged
from omni.web.errors import on_fault
from omni.web.health import add_gauge
from omni.web.marks import Headers

public_pages = Blueprint("referral_pages", __name__)

_EVERYONE = "a page for friends of the studio, who have no account"
_PICTURE = "the picture of a public page"
_RECEIPT = "referral receipt"
_RECEIPT_S = 30 * 24 * 3600
# Per hour; a studio's wifi is one network (security.md, Rate limits).
_MOST_BY_DEVICE, _MOST_BY_NETWORK = 10, 60
_AWAY = (OperationalError, InterfaceError)
_HTML = "text/html; charset=utf-8"
_BLANK_LINES = re.compile(r"\n\s*\n")


@public_pages.get("/r/<slug>")
@public(_EVERYONE, headers=Headers.PAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={302, 304, 410})
def show(slug: str) -> Answer:
    page = _shelf().get(slug)
    if page.status == 404:
        raise NotFound
    if page.location:
        return _moved(page.location)
    if page.status == 200:
        _note_hit(page, request.environ, current_app)
    return _served(page)


@public_pages.post("/r/<slug>")
@public(_EVERYONE, headers=Headers.PAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={503})
def send(slug: str) -> Answer:
    view = _view(slug)
    _limit()
    form = _form(view)
    if not form.ok or not view.takes_forms:
        return _with_form(view, form, 422)
    try:
        receipt = _receive(view, form)
    except _AWAY:
        return _with_form(view, form, 503, is_away=True)
    _note_confirmation(view)
    return redirect(url_for(".thanks", slug=view.slug, receipt=receipt), 303)


@public_pages.errorhandler(Forged)
def send_once_more(fault: Forged) -> Answer:
    """A page that lay open too long gets its form back, with what was typed and a fresh token."""
    if fault.wall != "token" or request.endpoint != f"{public_pages.name}.{send.__name__}":
        return on_fault(fault)
    view = _view(str((request.view_args or {}).get("slug", "")))
    form = _form(view)
    _ = form.ok
    return _with_form(view, form, 422, is_stale=True)


@public_pages.get("/r/<slug>/thanks/<receipt>")
@public(_EVERYONE, headers=Headers.PAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={410})
def thanks(slug: str, receipt: str) -> Response:
    return _thanks(slug, receipt, _submission(slug, receipt))


@public_pages.post("/r/<slug>/thanks/<receipt>/withdrawal")
@public(_EVERYONE, headers=Headers.PAGE_FOR_EVERYONE, purpose=Purpose.CONSENT, statuses={410})
def withdraw(slug: str, receipt: str) -> Answer:
    submission = _submission(slug, receipt)
    if request.form.get("what") == "progress":
        actions.hide_progress(submission)
    else:
        actions.stop_texts(submission)
    return redirect(url_for(".thanks", slug=slug, receipt=receipt), 303)


@public_pages.get("/r/<slug>/card.jpg")
@public(_PICTURE, headers=Headers.IMAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={206, 304, 410, 416})
def card(slug: str) -> Response:
    door = _door(slug)
    link = queries.get_link(door.subject)
    if link.status is LinkStatus.RETIRED:
        raise Gone
    return _picture(queries.get_card(link.image_id), "public, max-age=300")


@public_pages.get("/r/<slug>/card.<string(length=8):hash8>.jpg")
@public(_PICTURE, headers=Headers.IMAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={206, 304, 416})
def hashed_card(slug: str, hash8: str) -> Response:
    _door(slug)
    found = queries.find_card(hash8)
    if found is None:
        raise NotFound
    return _picture(found, "public, max-age=31536000, immutable")


@public_pages.get("/r/<slug>/qr.<any(svg, png):kind>")
@public(_PICTURE, headers=Headers.IMAGE_FOR_EVERYONE, purpose=Purpose.REFERRALS, statuses={206, 304, 410, 416})
def qr(slug: str, kind: str) -> Response:
    view = _view(slug)
    code = segno.make(f"{view.url}?m=qr", error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind=kind, scale=10, border=4, dark="#1d1b18", light="#ffffff")
    return _file(out.getvalue(), "image/svg+xml" if kind == "svg" else "image/png", "public, max-age=300")


# -- the page ----------------------------------------------------------------------------------------------------------


def _draw(slug: str) -> Page[View]:
    """The page of a slug as everyone gets it, or where it has moved, or that there is none."""
    view = pages.find_view(slug)
    if view is None:
        return Page(404)
    if view.slug != slug:
        return Page(302, view=view, location=url_for(".show", slug=view.slug))
    status = 410 if view.state is LinkState.RETIRED else 200
    return drawn(
        # What Jinja leaves between its blocks is weight without meaning; there is no typed text in this page yet.
        _BLANK_LINES.sub("\n", _html(view, None)).lstrip(),
        status=status,
        view=view,
        workspace_id=view.workspace_id,
        link_id=view.link_id,
        zone=ZoneInfo(view.zone),
    )


def _shelf() -> Shelf[View]:
    """The pages this process keeps ready."""
    shelf: Shelf[View] = current_app.extensions["referral_pages"]
    return shelf


@public_pages.record
def _begin(state: BlueprintSetupState) -> None:
    """Give the application its shelf, and the way past Flask, which stands behind whatever tells the true address."""
    app: Any = state.app
    app.extensions["referral_pages"] = Shelf(_draw, away=_AWAY)
    add_gauge(
        "omni_hits_dropped_total", "hits that the disk did not take", lambda: spool.dropped_of(place.spool_folder())
    )

    def note(page: Page[View], environ: Environ) -> None:
        _note_hit(page, environ, app)

    outer = app.wsgi_app
    if isinstance(outer, ProxyFix):
        outer.app = Express(outer.app, app.extensions["referral_pages"], note)
    else:
        app.wsgi_app = Express(outer, app.extensions["referral_pages"], note)


def _view(slug: str) -> View:
    """The facts of the page a form came from. Raises NotFound, Gone."""
    view = _shelf().get(slug).view
    if view is None:
        raise NotFound
    if view.state is LinkState.RETIRED:
        raise Gone
    return view


def _html(view: View, form: LeadForm | None, *, is_stale: bool = False, is_away: bool = False) -> str:
    with use_locale(view.language, view.zone):
        return render_template(
            "referrals/public/page.html",
            view=view,
            form=form or LeadForm(),
            action=request.path,
            is_stale=is_stale,
            is_away=is_away,
        )


def _served(page: Page[View]) -> Response:
    """The page in the form the browser takes, or 304 when it has these bytes already."""
    squeeze = takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{page.etag}-gz"' if squeeze else f'"{page.etag}"'
    headers = {"ETag": etag, "Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if squeeze:
        headers["Content-Encoding"] = "gzip"
    answer = Response(page.gzipped if squeeze else page.plain, page.status, headers, content_type=_HTML)
    if page.status == 200 and request.method == "GET":
        # When the answer is on its way, its headers are all there.
        environ = request.environ
        answer.call_on_close(lambda: keep_answer(page, environ, answer.headers.to_wsgi_list()))
    return answer


def _moved(location: str) -> Answer:
    query = request.query_string.decode("latin-1")
    answer = redirect(f"{location}?{query}" if query else location, 302)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _with_form(view: View, form: LeadForm, status: int, *, is_stale: bool = False, is_away: bool = False) -> Response:
    answer = Response(_html(view, form, is_stale=is_stale, is_away=is_away), status, content_type=_HTML)
    answer.headers["Cache-Control"] = "no-store"
    if is_away:
        answer.headers["Retry-After"] = "10"
    return answer


# -- counting ----------------------------------------------------------------------------------------------------------


def _note_hit(page: Page[View], environ: Environ, app: Any) -> None:
    assert page.workspace_id and page.link_id and page.zone  # noqa: S101 - a page of a link has them
    _note(page.workspace_id, page.link_id, page.zone, environ, app)


def _note_confirmation(view: View) -> None:
    _note(view.workspace_id, view.link_id, ZoneInfo(view.zone), request.environ, current_app, is_confirmation=True)


def _note(
    workspace_id: Id, link_id: Id, zone: ZoneInfo, environ: Environ, app: Any, *, is_confirmation: bool = False
) -> None:
    told = environ.get
    query = told("QUERY_STRING", "")
    _counter(app).note(
        workspace_id=workspace_id,
        link_id=link_id,
        zone=zone,
        address=told("REMOTE_ADDR", ""),
        agent=told("HTTP_USER_AGENT", ""),
        referrer=told("HTTP_REFERER", ""),
        channel=channel_in(query) if "m=" in query else "",
        wants_no_tracking=told("HTTP_SEC_GPC") == "1" or told("HTTP_DNT") == "1",
        is_head=environ["REQUEST_METHOD"] == "HEAD",
        is_prefetch="prefetch" in told("HTTP_SEC_PURPOSE", "") or "prefetch" in told("HTTP_PURPOSE", ""),
        accepts_html="text/html" in told("HTTP_ACCEPT", ""),
        has_session="omni=" in told("HTTP_COOKIE", ""),
        is_confirmation=is_confirmation,
    )


def _counter(app: Any) -> Counter:
    """This process's pen, made at its first hit."""
    kept: tuple[int, Counter] | None = app.extensions.get("referral_counter")
    if kept is None or kept[0] != os.getpid():
        kept = os.getpid(), Counter(place.spool_folder(), queue.connection)
        app.extensions["referral_counter"] = kept
    return kept[1]


# -- the form ----------------------------------------------------------------------------------------------------------


def _form(view: View) -> LeadForm:
    with use_locale(view.language, view.zone):
        return LeadForm.of(request, country=view.country, wordings=view.wordings)


def _limit() -> None:
    """Raises: TooMany. What is counted are keyed hashes of address and device, kept for an hour."""
    address = request.remote_addr or ""
    limits.take("referral form by device", f"{address} {request.user_agent.string}", per_hour=_MOST_BY_DEVICE)
    limits.take("referral form by network", address, per_hour=_MOST_BY_NETWORK)


def _receive(view: View, form: LeadForm) -> str:
    with entered(view.workspace_id):
        submission = actions.receive_lead(queries.get_link(view.link_id), form.answers)
    return secrets.sign(_RECEIPT, ids.encode(submission.id))


def _submission(slug: str, receipt: str) -> LeadSubmission:
    """What the receipt stands for, in the workspace of the slug's door. Raises NotFound, Gone."""
    door = _door(slug)
    try:
        submission_id = ids.decode(secrets.unsign(_RECEIPT, receipt, max_age_s=_RECEIPT_S))
    except BadToken as fault:
        raise (Gone if isinstance(fault.__cause__, SignatureExpired) else NotFound) from fault
    submission = queries.get_submission(submission_id)
    if submission.link_id != door.subject:
        raise NotFound
    return submission


def _thanks(slug: str, receipt: str, submission: LeadSubmission) -> Response:
    view = pages.view_of(queries.get_link(submission.link_id))
    with use_locale(view.language, view.zone):
        html = render_template(
            "referrals/public/thanks.html",
            view=view,
            submission=submission,
            may_text=queries.may_be_texted(submission),
            is_member=queries.was_member_then(submission),
            withdraw_url=url_for(".withdraw", slug=slug, receipt=receipt),
        )
    answer = Response(html, content_type=_HTML)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


# -- pictures ----------------------------------------------------------------------------------------------------------


def _door(slug: str) -> doors.Door:
    """Enter the studio of the slug. Raises NotFound."""
    key = queries.slug_key(slug)
    if key is None:
        raise NotFound
    return enter(doors.enter(doors.SLUG, key))


def _picture(row: CardImage, cache: str) -> Response:
    return _file(row.bytes, "image/jpeg", cache)


def _file(body: bytes, content_type: str, cache: str) -> Response:
    answer = Response(body, content_type=content_type)
    answer.headers["Cache-Control"] = cache
    answer.add_etag()
    answer.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return answer
