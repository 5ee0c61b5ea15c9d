"""The privacy center: what we hold of whoever is signed in, and what they can do with it."""

from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from omni.core.faults import Gone, Invalid, NotAllowed
from omni.core.ids import Id
from omni.core.policies import Policy, Purpose
from omni.core.words import _
from omni.privacy import actions, queries
from omni.privacy.forms import DeleteForm
from omni.privacy.models import ExportScope
from omni.web.access import allow, can
from omni.web.login import current_teammate, current_user
from omni.web.respond import Toast, render, respond

privacy = Blueprint("privacy", __name__)

# These pages count the rows of every table, one statement each.
EVERY_TABLE = 90


@privacy.get("/privacy/center")
@allow(Policy.ENTER, queries=EVERY_TABLE)
def show_center() -> Response:
    user = current_user()
    return render(
        "privacy/center.html",
        user=user,
        held=queries.held(user.id, _scope()),
        last_export=next(iter(queries.list_exports(user.id, limit=1)), None),
        deletion=queries.find_deletion(user.id),
    )


@privacy.get("/privacy/center/held")
@allow(Policy.ENTER, queries=EVERY_TABLE)
def show_held() -> Response:
    user = current_user()
    return render("privacy/held.html", user=user, held=queries.held(user.id, _scope()), scope=_scope())


@privacy.get("/privacy/center/export")
@allow(Policy.ENTER, is_poll=True)
def show_exports() -> Response:
    return render("privacy/exports.html", fragment="privacy/_exports.html", **_exports())


@privacy.post("/privacy/center/export")
@allow(Policy.ENTER, step_up=True, even_suspended=True, purpose=Purpose.ACCOUNT)
def ask_export() -> Response:
    actions.ask_export(current_user().id, _scope(), by=current_teammate().actor)
    return respond(
        page=show_exports, fragment="privacy/_exports.html", then=url_for("privacy.show_exports"), **_exports()
    )


@privacy.delete("/privacy/center/export/<id:export_id>")
@privacy.post("/privacy/center/export/<id:export_id>/cancel")
@allow(Policy.ENTER, even_suspended=True)
def cancel_export(export_id: Id) -> Response:
    actions.cancel_export(queries.get_export(export_id, current_user().id))
    return respond(
        page=show_exports, fragment="privacy/_exports.html", then=url_for("privacy.show_exports"), **_exports()
    )


@privacy.get("/privacy/center/export/<id:export_id>.zip")
@allow(Policy.ENTER, step_up=True, headers="upload")
def fetch_export(export_id: Id) -> Response:
    job = queries.get_export(export_id, current_user().id)
    if job.scope is ExportScope.WORKSPACE and _scope() is ExportScope.ACCOUNT:
        # Whoever asked for it may have lost the right since.
        raise NotAllowed
    path = actions.file_of(job)
    if not job.is_ready or not path.exists():
        raise Gone(_("This export is gone. Ask for a new one in the privacy center."))
    return send_file(path, as_attachment=True, download_name=f"omni-{job.as_of:%Y-%m-%d}.zip")


@privacy.get("/privacy/center/delete")
@allow(Policy.ENTER, queries=EVERY_TABLE)
def show_delete(form: DeleteForm | None = None) -> Response:
    user = current_user()
    return render(
        "privacy/delete.html",
        form=form or DeleteForm(),
        deletion=queries.find_deletion(user.id),
        held=queries.held(user.id, _scope()),
        closing=actions.workspaces_that_close(user.id),
    )


@privacy.post("/privacy/center/delete")
@allow(Policy.ENTER, step_up=True, even_suspended=True, purpose=Purpose.ACCOUNT)
def ask_deletion() -> Response:
    form = DeleteForm.of(request)
    if form.ok:
        try:
            actions.ask_deletion(
                current_user().id, typed_name=form.workspace_name.data or "", by=current_teammate().actor
            )
        except Invalid as refusal:
            form.blame(refusal)
    return respond(page=show_delete, then=url_for("privacy.show_delete"), form=form)


@privacy.delete("/privacy/center/delete")
@privacy.post("/privacy/center/delete/undo")
@allow(Policy.ENTER, even_suspended=True, purpose=Purpose.ACCOUNT)
def take_back_deletion() -> Response:
    actions.take_back_deletion(current_user().id, by=current_teammate().actor)
    return respond(
        page=show_delete, then=url_for("privacy.show_center"), toast=Toast(_("Your account stays as it was."))
    )


def _scope() -> ExportScope:
    return ExportScope.WORKSPACE if can(Policy.EXPORT_WORKSPACE) else ExportScope.ACCOUNT


def _exports() -> dict[str, Any]:
    exports = queries.list_exports(current_user().id)
    return {"exports": exports, "scope": _scope(), "is_open": any(row.is_open for row in exports)}
