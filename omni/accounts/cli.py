"""Commands about users: `python app.py user add …`, `operator`, `disable`, `end-sessions`."""

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from typing import Any

from babel import Locale

from omni.accounts import actions, defaults, places, queries, slugs
from omni.accounts.models import User
from omni.core import clock
from omni.core.commands import Command, CommandFault, Result
from omni.core.faults import Invalid
from omni.core.policies import Role


def _add_arguments(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="{add,operator,disable,end-sessions}")
    add = acts.add_parser("add", help="a verified user, in a workspace that is made if it is new")
    add.add_argument("--email", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--company", required=True)
    add.add_argument("--workspace", required=True, metavar="SLUG")
    add.add_argument("--role", default=Role.OWNER.value, choices=[role.value for role in Role])
    add.add_argument("--timezone", default=defaults.TIMEZONE, metavar="IANA")
    add.add_argument("--country", default=defaults.COUNTRY, metavar="ISO2")
    add.add_argument("--password-stdin", action="store_true", required=True, help="read it from standard input")
    for name, about in _ACTS.items():
        acts.add_parser(name, help=about).add_argument("email")
    for parser_of_act in acts.choices.values():
        # `--json` may stand after the act as well; what was said before it is kept.
        parser_of_act.add_argument("--json", action="store_true", default=SUPPRESS, help="one JSON object")


def _run(chosen: Namespace) -> Result:
    if chosen.act == "add":
        return _add(chosen)
    user = _user(chosen.email)
    if chosen.act == "operator":
        actions.make_operator(user)
        return _told(user, f"{user.email} is an operator.")
    if chosen.act == "disable":
        actions.disable_user(user)
        return _told(user, f"{user.email} can no longer sign in.")
    count = actions.end_sessions_of(user)
    return _told(user, f"{count} sessions of {user.email} ended.", ended=count)


def _add(chosen: Namespace) -> Result:
    _check(chosen)
    new = actions.NewOwner(
        name=chosen.name,
        email=chosen.email,
        phone="",
        company=chosen.company,
        role_title="",
        password=sys.stdin.readline().rstrip("\r\n"),
    )
    place = places.Place(chosen.country, chosen.timezone, places.currency_of(chosen.country))
    try:
        user, workspace = actions.add_user(new, slug=chosen.workspace, role=Role(chosen.role), place=place)
    except Invalid as fault:
        raise CommandFault(" ".join(fault.faults.values())) from None
    return Result(
        data={"user": str(user.email), "workspace": workspace.slug},
        lines=[f"{user.name} <{user.email}> may enter {workspace.name} ({workspace.slug}) as {chosen.role}."],
    )


def _check(chosen: Namespace) -> None:
    if not slugs.is_slug(chosen.workspace):
        raise CommandFault("--workspace takes lower-case letters, digits and hyphens, such as juniper-yoga")
    if chosen.timezone not in clock.zones():
        raise CommandFault(f"--timezone {chosen.timezone}: no such zone; one looks like America/Chicago")
    if chosen.country not in Locale.parse("en").territories or len(chosen.country) != 2:
        raise CommandFault(f"--country {chosen.country}: no such country; one looks like US")
    if "@" not in chosen.email.strip("@"):
        raise CommandFault(f"--email {chosen.email}: an address looks like ana@example.com")


def _user(email: str) -> User:
    user = queries.find_user(email)
    if user is None:
        raise CommandFault(f"no user has the address {email}")
    return user


def _told(user: User, line: str, **more: Any) -> Result:
    return Result(data={"user": str(user.email), **more}, lines=[line])


_ACTS = {
    "operator": "let a user see the pages under /operator",
    "disable": "nobody enters as this user any more",
    "end-sessions": "end every session of a user",
}

COMMANDS = [Command("user", "users: add, operator, disable, end-sessions", run=_run, add_arguments=_add_arguments)]
