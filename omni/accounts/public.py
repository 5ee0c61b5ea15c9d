"""Pages before signing in: sign-up, sign-in, a new password, confirming an address, and asking for help."""

from flask import Blueprint, Response, current_app, redirect, request, url_for

from omni.accounts import actions, places, queries, slow_down, step_up
from omni.accounts.at_the_door import device, is_refused, refuse
from omni.accounts.forms import AskResetForm, ContactForm, NewPasswordForm, SignInForm, SignUpForm, StepUpForm
from omni.core import clock
from omni.core.policies import Policy, Purpose
from omni.core.words import _
from omni.web.access import allow, current_door, public, safe_next
from omni.web.login import current_session, current_teammate, current_user, is_signed_in
from omni.web.respond import Toast, render, respond
from omni.web.session import begin_session, end_session

entering = Blueprint("entering", __name__)
entering.before_app_request(step_up.resume)


@entering.get("/")
@public("what Omni is, for whoever comes by")
def home() -> Response:
    return _go("/today") if is_signed_in() else render("accounts/home.html")


# --- signing up ---


@entering.get("/signup")
@public("whoever wants a workspace makes one", purpose=Purpose.ACCOUNT)
def show_signup(form: SignUpForm | None = None) -> Response:
    if is_signed_in():
        return _go("/today")
    if is_refused():
        return render("accounts/too_young.html")
    return render("accounts/signup.html", form=form or SignUpForm.of(request), documents=queries.documents())


@entering.post("/signup")
@public("whoever wants a workspace makes one", purpose=Purpose.ACCOUNT, per_hour=("sign-up-form", 60), queries=90)
def sign_up() -> Response:
    if is_refused():
        return _go("/signup")
    form = SignUpForm.of(request)
    then = "/today"
    if form.ok:
        country = places.place_of(form.phone.data).country
        if not form.is_of_age(country, clock.today_in("UTC")):
            return refuse(show_signup, "/signup")
        slow_down.sign_up(request.remote_addr or "")
        signed_up = actions.sign_up(form.owner(), device=device())
        if signed_up:
            begin_session(signed_up.secret)
        else:
            then = url_for("entering.show_sent")
    return respond(
        page=show_signup, then=then, faulty="accounts/_signup.html", form=form, documents=queries.documents()
    )


@entering.get("/signup/sent")
@public("says where to look next, the same to everyone", purpose=Purpose.ACCOUNT)
def show_sent() -> Response:
    return render("accounts/sent.html")


# --- signing in and out ---


@entering.get("/login")
@public("the way in", purpose=Purpose.ACCOUNT)
def show_login(form: SignInForm | None = None) -> Response:
    then = safe_next(request.args.get("next"))
    if is_signed_in():
        return _go(then)
    return render("accounts/login.html", form=form or SignInForm(data={"next": then}))


@entering.post("/login")
@public("the way in", purpose=Purpose.ACCOUNT, per_hour=("sign-in", 20))
def sign_in() -> Response:
    form = SignInForm.of(request)
    if form.ok:
        slow_down.sign_in(form.email.data, device())
        try:
            begin_session(actions.sign_in(form.email.data, form.password.data, device=device()).secret)
        except actions.WrongPassword as fault:
            form.blame("", _(fault.words))
    return respond(page=show_login, then=safe_next(form.next.data), faulty="accounts/_login.html", form=form)


@entering.post("/logout")
@public("signing out needs no right, only a session")
def sign_out() -> Response:
    if is_signed_in():
        actions.sign_out(current_session())
    end_session()
    return respond(page=show_login, then="/login")


@entering.get("/step-up")
@allow(Policy.ENTER, purpose=Purpose.SECURITY, even_suspended=True)
def show_step_up(form: StepUpForm | None = None) -> Response:
    given = form or StepUpForm(data={"next": safe_next(request.args.get("next"), "/settings")})
    return render("accounts/step_up.html", form=given)


@entering.post("/step-up")
@allow(Policy.ENTER, purpose=Purpose.SECURITY, even_suspended=True, statuses={307}, max_body=1024 * 1024)
def confirm() -> Response:
    form = StepUpForm.of(request)
    if form.ok:
        slow_down.step_up(current_user())
        try:
            begin_session(actions.confirm_password(current_session(), form.password.data))
        except actions.WrongPassword as fault:
            form.blame("password", _(fault.words))
    path = step_up.sealed_path(form.sealed.data or "") if form.ok else None
    if path:
        # 307 sends the same form on, with its method: there `resume` opens what is sealed in it.
        return current_app.make_response(redirect(path, 307))
    then = safe_next(form.next.data, "/settings")
    return respond(page=show_step_up, then=then, faulty="accounts/_step_up.html", form=form)


# --- a new password ---


@entering.get("/password/reset")
@public("whoever forgot the password has no session", purpose=Purpose.ACCOUNT)
def show_ask_reset(form: AskResetForm | None = None) -> Response:
    return render("accounts/ask_reset.html", form=form or AskResetForm.of(request))


@entering.post("/password/reset")
@public("whoever forgot the password has no session", purpose=Purpose.ACCOUNT, per_hour=("reset-asked", 20))
def ask_reset() -> Response:
    form = AskResetForm.of(request)
    if form.ok:
        slow_down.mail_to(form.email.data)
        actions.ask_reset(form.email.data)
    then = url_for("entering.show_sent")
    return respond(page=show_ask_reset, then=then, faulty="accounts/_ask_reset.html", form=form)


@entering.get("/password/reset/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="reset")
def show_reset(token: str, form: NewPasswordForm | None = None) -> Response:
    return render("accounts/reset.html", form=form or NewPasswordForm.of(request), token=token)


@entering.post("/password/reset/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="reset", per_hour=("reset", 20))
def reset(token: str) -> Response:
    user = queries.get_user(current_door().subject)
    form = NewPasswordForm.of(request, known=(user.name, user.email, user.company))
    if form.ok:
        actions.reset_password(token, form.password.data)
        end_session()
    return respond(page=show_reset, then="/login", faulty="accounts/_reset.html", form=form, token=token)


# --- confirming an address ---


@entering.get("/verify/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="verify")
def show_verify(token: str) -> Response:
    return render("accounts/verify.html", token=token, email=queries.get_user(current_door().subject).email)


@entering.post("/verify/<token>")
@public("the link in the mail is the right", purpose=Purpose.ACCOUNT, door="verify")
def verify(token: str) -> Response:
    actions.verify_email(token)
    toast = Toast(_("Your address is confirmed"))
    return respond(page=show_verify, then="/today" if is_signed_in() else "/login", toast=toast, token=token)


# --- asking for help ---


@entering.get("/contact")
@public("anyone may ask", purpose=Purpose.COMMUNICATE)
def show_contact(form: ContactForm | None = None) -> Response:
    user = current_user()
    known = {"name": user.name, "email": user.email} if user else {}
    page = safe_next(request.args.get("page"), "")
    return render("accounts/contact.html", form=form or ContactForm(data={**known, "page": page}))


@entering.post("/contact")
@public("anyone may ask", purpose=Purpose.COMMUNICATE, per_hour=("question", 5))
def ask_operator() -> Response:
    form = ContactForm.of(request)
    if form.ok:
        teammate = current_teammate()
        actions.ask_operator(
            name=form.name.data,
            email=form.email.data,
            body=form.body.data,
            page=form.page.data or "",
            user=current_user(),
            workspace=teammate.workspace if teammate else None,
        )
    then = url_for("entering.show_asked")
    return respond(page=show_contact, then=then, faulty="accounts/_contact.html", form=form)


@entering.get("/contact/sent")
@public("says that the question arrived", purpose=Purpose.COMMUNICATE)
def show_asked() -> Response:
    return render("accounts/asked.html")


def _go(url: str) -> Response:
    return current_app.make_response(redirect(url, 303))
