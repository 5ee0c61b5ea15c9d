"""Write docs/access.md anew: which role may do what, and who may use each address. Run: python lint/make_access.py

Both tables are read from what the code itself decides by: `omni.core.policies.RIGHTS` and the mark of each route. A
test fails while the page says something else.
"""

import sys
import tempfile
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "access.md"
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402 - the repository is put on the path above
from werkzeug.routing import Rule  # noqa: E402

from omni.core.policies import RIGHTS, Policy, Purpose, Reach, Role  # noqa: E402
from omni.web.marks import Mark, mark_of  # noqa: E402

CELLS = {Reach.FULL: "yes", Reach.OWN: "own", Reach.MASKED: "masked", Reach.NONE: ""}
HEAD = """# Who may do what

Made by `python lint/make_access.py` from the rights table and from what each route declares; do not edit it by hand.

## Roles

Rights are read at each request, so a changed role holds at once. **own**: contacts, links and numbers of one's own,
and those nobody has taken. **masked**: everything is seen, phone numbers and mail addresses half hidden. Nobody gives
a role with a right they lack. What belongs to another workspace is 404 for everyone; a missing right in one's own is
403.
"""


class Line(NamedTuple):
    """One rule of the URL map, what its view declares, and the room it belongs to."""

    rule: Rule
    mark: Mark
    room: str


def page_of(app: Flask) -> str:
    """The whole page."""
    views = [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]
    lines = [Line(rule, mark, view.__module__.split(".")[1]) for rule, view in views if (mark := mark_of(view))]
    return (
        "\n".join([HEAD, *_rights({line.mark.policy for line in lines if line.mark.policy}), *_addresses(lines)]) + "\n"
    )


def _rights(used: set[Policy]) -> list[str]:
    lines = [f"| right | {' | '.join(role.value for role in Role)} |", "|---|" + "---|" * len(Role)]
    for policy, reaches in RIGHTS.items():
        if policy in used and policy is not Policy.OPERATE:
            lines.append(f"| {_words(policy)} | {' | '.join(CELLS[reaches[role]] for role in Role)} |")
    lines += ["", "*Operate* belongs to no role: it is the operator's of the installation, and 404 for everyone else."]
    waiting = ", ".join(_words(policy) for policy in RIGHTS if policy not in used)
    lines += ["", *textwrap.wrap(f"Decided already, without an address so far: {waiting}.", 120)]
    return [*lines, ""]


def _addresses(rules: list[Line]) -> list[str]:
    rooms: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in rules:
        methods = (line.rule.methods or set()) - {"HEAD", "OPTIONS"}
        rooms[line.room][line.rule.rule, f"{_who(line.mark)} | {_notes(line.mark)}"] += methods
    page = ["## Addresses", "", "*Everyone* needs no sign-in; the reason stands beside it."]
    for room in sorted(rooms):
        page += ["", f"### {room}", "", "| address | methods | who | notes |", "|---|---|---|---|"]
        for (address, told), methods in sorted(rooms[room].items()):
            page.append(f"| `{address}` | {' '.join(sorted(methods))} | {told} |")
    return page


def _who(mark: Mark) -> str:
    return _words(mark.policy) if mark.policy else "everyone"


def _notes(mark: Mark) -> str:
    notes = [mark.reason] if mark.reason else []
    if mark.door:
        notes.append(f"opens a door of kind {mark.door}")
    if mark.per_hour:
        notes.append(f"at most {mark.per_hour[1]} writes an hour from one network address")
    if mark.step_up:
        notes.append("asks for the password again")
    if mark.policy and mark.even_suspended:
        notes.append("also while the workspace is suspended")
    if mark.purpose is not Purpose.SERVICE:
        notes.append(f"purpose: {mark.purpose.value}")
    return "; ".join(notes)


def _words(policy: Policy | None) -> str:
    return policy.value.replace("_", " ") if policy else ""


def main() -> None:
    from omni.config import Config
    from omni.factory import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_environment({"OMNI_ENV": "test", "OMNI_DATA_DIR": folder}))
        PAGE.write_text(page_of(app), encoding="utf-8")


if __name__ == "__main__":
    main()
