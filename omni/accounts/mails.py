"""The letters this room sends, each in the reader's language. Called inside the transaction of the act."""

from datetime import timedelta

from omni.accounts import addresses
from omni.accounts.devices import Device
from omni.accounts.models import HelpMessage, Invitation, User
from omni.accounts.roles import role_name
from omni.core import clock, doors, ids
from omni.core.ids import Id
from omni.core.mail import post_mail
from omni.core.tenancy import current_workspace, outside
from omni.core.words import _, local_day, local_time, use_locale

# How long each link opens (security §4).
VERIFY_FOR = timedelta(hours=24)
RESET_FOR = timedelta(minutes=30)


def verify_address(user: User) -> None:
    """Send the link that proves the address, and close the ones sent before."""
    token = _personal_door("verify", user, VERIFY_FOR)
    with use_locale(user.locale, user.timezone):
        _post(
            user.email,
            _("Confirm your address for Omni"),
            _("Hello %(name)s,", name=user.name),
            _("Open this link within 24 hours to confirm that this address is yours:"),
            addresses.verify(token),
            _("Until then you can work, but not invite anyone or write e-mail to contacts."),
            _("If you did not sign up, leave it: without the link nothing happens."),
        )


def address_is_known(user: User) -> None:
    """Tell the owner of an address that somebody tried to sign up with it."""
    with use_locale(user.locale, user.timezone):
        _post(
            user.email,
            _("Somebody tried to sign up with your address"),
            _("Hello %(name)s,", name=user.name),
            _("You already have an Omni account with this address, so no second one was made."),
            _("To sign in:"),
            addresses.login(),
            _("If you forgot the password, choose a new one here:"),
            addresses.ask_reset(),
        )


def new_device(user: User, device: Device) -> None:
    """Tell a user about a sign-in from a device they have not used before."""
    with use_locale(user.locale, user.timezone):
        _post(
            user.email,
            _("A new device signed in to Omni"),
            _("Hello %(name)s,", name=user.name),
            _(
                "On %(day)s at %(time)s somebody signed in to your account from a device we had not seen: %(device)s.",
                day=local_day(clock.now(), "weekday"),
                time=local_time(clock.now()),
                device=device.label or _("unknown"),
            ),
            _("If that was you, there is nothing to do. If not, end that session and change your password:"),
            addresses.security(),
        )


def reset_link(user: User) -> None:
    """Send the link behind which a new password is chosen, and close the ones sent before."""
    token = _personal_door("reset", user, RESET_FOR)
    with use_locale(user.locale, user.timezone):
        _post(
            user.email,
            _("Choose a new password for Omni"),
            _("Hello %(name)s,", name=user.name),
            _("Open this link within 30 minutes to choose a new password:"),
            addresses.reset(token),
            _("It ends every session you have. If you did not ask for it, leave it: your password stays as it is."),
        )


def password_changed(user: User) -> None:
    """Tell a user that the password is another one now."""
    with use_locale(user.locale, user.timezone):
        _post(
            user.email,
            _("Your Omni password was changed"),
            _("Hello %(name)s,", name=user.name),
            _("Your password was changed just now, and your other sessions were ended."),
            _("If that was not you, choose a new one at once:"),
            addresses.ask_reset(),
        )


def address_changed(user: User, *, old: str) -> None:
    """Tell the old address that it is no longer the one."""
    with use_locale(user.locale, user.timezone):
        _post(
            old,
            _("Your Omni address was changed"),
            _("Hello %(name)s,", name=user.name),
            _("Your account now has the address %(email)s. This one no longer signs in.", email=user.email),
            _("If that was not you, write to us at once:"),
            addresses.ask_operator(),
        )


def invitation(invited: Invitation) -> None:
    """Send the link into the workspace."""
    token = doors.open_door("invitation", invited.id, expires_at=invited.expires_at, uses=1)
    studio, name = current_workspace(), invited.by.name
    with use_locale(studio.language, studio.timezone):
        _post(
            invited.email,
            _("%(name)s invites you to %(studio)s on Omni", name=name, studio=studio.name),
            _("Hello,"),
            _(
                "%(name)s would like you to work in %(studio)s as %(role)s.",
                name=name,
                studio=studio.name,
                role=role_name(invited.role),
            ),
            _("Open this link within 7 days:"),
            addresses.invite(token),
            _("If you do not know %(name)s, leave it: without the link nothing happens.", name=name),
        )


def answer(message: HelpMessage, text: str, *, locale: str) -> None:
    """Send the operator's answer, with the question below it."""
    with use_locale(locale):
        _post(
            message.email,
            _("Your question to Omni"),
            _("Hello %(name)s,", name=message.name),
            text,
            _("You wrote on %(day)s:", day=local_day(message.at)),
            "\n".join(f"> {line}" for line in message.body.splitlines()),
            key=message.id,
        )


def _personal_door(kind: str, user: User, life: timedelta) -> str:
    """A door to the user, who belongs to no workspace; the ones sent before are closed."""
    doors.close_all(kind, user.id)
    with outside():
        return doors.open_door(kind, user.id, expires_at=clock.now() + life, uses=1)


def _post(to: str, subject: str, *paragraphs: str, key: Id | None = None) -> None:
    # Each letter is one act of a person, so its key is new: what must not repeat is the act.
    dedupe_key = f"accounts:{ids.encode(key or ids.new_id())}"
    post_mail(to, subject, "\n\n".join(paragraphs) + "\n", dedupe_key=dedupe_key)
