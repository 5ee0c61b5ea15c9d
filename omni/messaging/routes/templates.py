"""Settings: texts that are written once and used often."""

from flask import Response, request

from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import gettext
from omni.messaging import actions, pages, queries
from omni.messaging.forms import TemplateForm
from omni.messaging.merge_fields import FIELDS
from omni.messaging.models import Template
from omni.messaging.routes.blueprint import inbox
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

TEMPLATES = "/settings/templates"


@inbox.get(TEMPLATES)
@allow(Policy.SEND_TEXTS)
def list_templates() -> Response:
    """Every template, as it would read to somebody."""
    faces = pages.template_faces(queries.list_templates(), current_teammate(), None)
    return render("messaging/templates.html", faces=faces)


@inbox.get(f"{TEMPLATES}/new")
@allow(Policy.EDIT_TEMPLATES)
def new_template() -> Response:
    """The form of a new one."""
    return show_template(TemplateForm())


@inbox.post(TEMPLATES)
@allow(Policy.EDIT_TEMPLATES)
def add_template() -> Response:
    """Keep a text under a name."""
    form = TemplateForm.of(request)
    if form.ok:
        try:
            actions.add_template(form.name.data or "", form.body.data or "")
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_template, then=TEMPLATES, form=form, toast=Toast(gettext("Template saved")))


@inbox.get(f"{TEMPLATES}/<id:template_id>")
@allow(Policy.EDIT_TEMPLATES)
def edit_template(template_id: Id) -> Response:
    """The form of one."""
    template = queries.get_template(template_id)
    return show_template(TemplateForm(data={"name": template.name, "body": template.body}), template)


@inbox.post(f"{TEMPLATES}/<id:template_id>")
@allow(Policy.EDIT_TEMPLATES)
def save_template(template_id: Id) -> Response:
    """Say it otherwise."""
    template = queries.get_template(template_id)
    form = TemplateForm.of(request)
    if form.ok:
        seen = form.version.data or ""
        try:
            version = int(seen) if seen.isdecimal() else 0
            actions.change_template(template, form.name.data or "", form.body.data or "", version=version)
        except Invalid as fault:
            form.blame(fault)
    toast = Toast(gettext("Template saved"))
    return respond(page=show_template, then=TEMPLATES, form=form, kept=template, toast=toast)


@inbox.post(f"{TEMPLATES}/<id:template_id>/removal")
@allow(Policy.EDIT_TEMPLATES)
def remove_template(template_id: Id) -> Response:
    """Forget it."""
    template = queries.get_template(template_id)
    actions.remove_template(template)
    toast = Toast(gettext("Template “%(name)s” is deleted", name=template.name))
    return respond(page=list_templates, then=TEMPLATES, toast=toast)


@inbox.post(f"{TEMPLATES}/reading")
@allow(Policy.EDIT_TEMPLATES, is_poll=True)
def read_template() -> Response:
    """How what is typed would read; nothing is kept."""
    form = TemplateForm.of(request)
    if not htmx.is_partial():
        return show_template(form)
    faces = pages.faces_of_typed(form.body.data or "", current_teammate())
    return render("messaging/template.html", fragment="messaging/_template_reading.html", faces=faces)


def show_template(form: TemplateForm, kept: Template | None = None) -> Response:
    """The form, the fields a text may have, and how it reads."""
    faces = pages.faces_of_typed(form.body.data or "", current_teammate())
    fields = [(f"{{{{{name}}}}}", str(words)) for name, words in FIELDS.items()]
    return render("messaging/template.html", form=form, kept=kept, faces=faces, fields=fields)
