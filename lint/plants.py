"""See every architecture test fail: plant one fault in a copy of the tree, and run the test that is to find it.

`python lint/plants.py [WORD…]` takes the plants that hold a word in the name of their test, or all of them, in about
four minutes. It ends with 1 where a test passes in spite of its fault, where one fails without any, or where a test of
`tests/architecture` has no plant here. Each line says whether the test found the fault, or the house refused to open.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = "tests/architecture"
AT_ONCE = 2
# Tests of the checks themselves: they plant their own fault, or show that a check leaves alone what is good.
OF_CHECKS = re.compile(
    r"_(is|are)_(found|counted|left_alone)$|fails_on_a_planted|makes_the_page_of_rights_old$|reaches_nobody$"
    r"|_seen_where_it_belongs$"
)


@dataclass(frozen=True)
class Plant:
    """A fault: in `path` every `old` becomes `new`; without `old`, `new` is put at the end, or is a file of its own."""

    test: str
    path: str
    old: str
    new: str


def in_code(test: str, path: str, code: str) -> Plant:
    """A function more at the end of a file."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    return Plant(test, path, "", f'\n\ndef planted() -> object:\n    """A fault."""\n{body}')


def route(
    test: str,
    address: str,
    code: str = 'return Response("")',
    *,
    takes: str = "",
    method: str = "get",
    mark: str = "allow",
) -> Plant:
    """An address more among those of the tasks."""
    marks = {"allow": "@allow(Policy.VIEW_CONTACTS)", "public": '@public("a fault")', "": ""}
    body = "".join(f"    {line}\n" for line in code.splitlines())
    return Plant(
        test,
        "omni/tasks/routes.py",
        "",
        f'\n\nfrom omni.web.access import public\n\n\n@tasks.{method}("{address}")\n{marks.get(mark, mark)}\n'
        f'def planted({takes}) -> Response:\n    """A fault."""\n{body}',
    )


PAST_THE_WALLS = """\
from omni.core.tenancy import Reason, cross_tenant
with cross_tenant(Reason.OPERATOR):
    return Response(" ".join(each.display_name for each in Contact.select()))"""
TASK_ROUTES, TASKS_PAGE, PROJECT = "omni/tasks/routes.py", "templates/tasks/index.html", "pyproject.toml"

PLANTS = {
    "test_contracts.py": [
        in_code("the_house_keeps_every_contract", "omni/contacts/queries.py", "import omni.messaging.segments"),
        Plant("each_contract_was_seen_to_fail", PROJECT, '"Inside tasks"', '"Inside the tasks"'),
        Plant("every_room_has_its_inner_order", PROJECT, '["omni.tasks"]', '["omni.boards"]'),
        Plant("no_file_is_left_out_of_the_contract_about_flask", "omni/tasks/stray.py", "", '"""Stray."""\n'),
        Plant("every_gateway_is_under_its_contracts", "omni/contacts/gateway.py", "", '"""Stray."""\n'),
        Plant("privacy_sees_the_tables_of_no_room_below", PROJECT, '  "omni.tasks",\n', ""),
    ],
    "test_docs.py": [
        Plant("the_page_of_rights_is_up_to_date", TASK_ROUTES, "Policy.EDIT_TASKS", "Policy.MOVE_CARDS"),
        in_code("every_setting_is_documented", "omni/config.py", 'return "OMNI_STRAY"'),
        Plant("every_command_is_documented", "omni/cli.py", '"doctor"', '"healer"'),
    ],
    "test_house.py": [
        Plant(
            "every_table_has_a_workspace_or_is_listed",
            "omni/accounts/models.py",
            "class Holiday(TenantModel)",
            "class Holiday(GlobalModel)",
        ),
        Plant(
            "every_table_of_the_database_has_a_model",
            "migrations/0001_ground_floor.py",
            "SQLITE = [",
            'SQLITE = [\'CREATE TABLE "stray" ("id" BLOB)\',',
        ),
        Plant("every_column_is_declared_and_every_table_answers", "omni/tasks/models.py", "personal = PLAIN", "pass"),
        Plant("every_answer_says_why", "omni/accounts/personal_data.py", "when the studio is open; about nobody", ""),
        Plant(
            "every_job_belongs_to_its_room_and_is_ticked_or_rung_by_name",
            "omni/boards/jobs.py",
            "boards.forget_events",
            "tasks.forget_events",
        ),
        Plant(
            "every_finder_asks_for_pairs_and_nothing_else",
            "omni/boards/queries.py",
            "Board.select(Board.workspace, Board.id).where",
            "Board.select(Board.workspace, Board.id, Board.name).where",
        ),
        Plant(
            "every_bell_rings_for_a_job_with_the_ids_it_takes",
            "omni/contacts/imports/running.py",
            'later("contacts.import", job_id=',
            'later("contacts.import", import_id=',
        ),
        Plant(
            "every_event_is_heard_or_says_who_will",
            "omni/tasks/events.py",
            '    not_yet: ClassVar[tuple[str, ...]] = ("automations", "insights")\n',
            "",
        ),
        Plant(
            "every_event_is_published",
            "omni/tasks/events.py",
            "",
            '\n\n@dataclass(frozen=True)\nclass TaskFell(TaskCompleted):\n    """Nobody tells of it."""\n',
        ),
        Plant(
            "every_port_is_answered_by_a_room_above",
            "omni/contacts/ports.py",
            "",
            '\n\nstray: Port[Callable[[], int]] = Port("stray")\n',
        ),
        in_code("only_gateways_reach_out", "omni/tasks/queries.py", "import socket\nreturn socket"),
        Plant(
            "the_gateways_are_those_the_policy_names",
            "omni/messaging/gateway.py",
            "api.twilio.com",
            "api.twilio.example",
        ),
        in_code("raw_queries_stand_in_few_places", "omni/tasks/queries.py", 'return Task.raw("SELECT 1")'),
        in_code("a_life_is_changed_in_one_place", "omni/tasks/queries.py", 'Task.update(lifecycle="member")'),
        in_code("crossings_and_sweeps_stand_in_few_places", "omni/tasks/queries.py", PAST_THE_WALLS),
    ],
    "test_pages.py": [
        route("an_owner_opens_every_page", "/planted", "return Response(str(1 / 0))"),
        route(
            "a_page_is_shown_to_the_roles_that_have_its_right",
            "/planted",
            'if current_teammate().role != "owner":\n    raise NotFound\nreturn Response("")',
        ),
        Plant(
            "a_stranger_is_sent_to_sign_in_from_every_page_of_the_studio",
            "omni/web/access.py",
            "return _to_sign_in()",
            "raise NotFound",
        ),
        Plant(
            "what_is_not_there_is_404_for_everyone",
            "omni/contacts/queries.py",
            "contact = find_contact(contact_id)",
            "contact = Contact.get_by_id(contact_id)",
        ),
        Plant("every_answer_carries_the_headers", "omni/web/headers.py", 'headers["X-Frame-Options"] = "DENY"', "pass"),
        Plant(
            "session_and_rights_cost_two_statements",
            "omni/accounts/identity.py",
            "        _found.set(teammate)",
            "        _found.set(queries.find_present(session.user, session.workspace))",
        ),
    ],
    "test_readme.py": [
        Plant(
            "no_page_tells_of_a_setting_that_is_not_there", "docs/configuration.md", "`OMNI_DATA_DIR`", "`OMNI_STRAY`"
        ),
        Plant("every_room_stands_on_the_map", "docs/map.md", "referrals", "links"),
        Plant("links_lead_somewhere", "docs/map.md", "0008-four-walls.md", "0008-five-walls.md"),
        Plant("every_decision_is_in_the_index", "docs/decisions/README.md", "(0017-doors.md)", "(0016-gettext.md)"),
        Plant(
            "pictures_are_small_and_there_in_both_widths_and_themes", "docs/pictures/stray-390-light.png", "", "stray"
        ),
        Plant(
            "the_first_screen_of_the_readme_is_a_sentence_a_picture_two_commands_and_three_links",
            "README.md",
            "make test ",
            "make check ",
        ),
    ],
    "test_routes.py": [
        route("every_route_has_a_policy", "/planted", mark=""),
        route("strangers_come_in_where_they_are_expected", "/planted", mark="public"),
        route("what_csrf_lets_through_acts_for_nobody", "/unsubscribe/planted"),
        route("ids_are_ids_and_nothing_counts_rows", "/planted/<int:row>", takes="row: int"),
        route("bodies_have_limits", "/planted", mark="@allow(Policy.VIEW_CONTACTS, max_body=100_000_000)"),
        Plant("no_address_is_lost", "omni/contacts/routes/lists.py", '"/contacts/export"', '"/contacts/exported"'),
        route("a_page_for_everyone_asks_no_policy", "/planted", mark='@allow(Policy.VIEW_CONTACTS, headers="machine")'),
        Plant("no_method_comes_by_itself", "omni/web/app.py", "OPTIONS=False", "OPTIONS=True"),
        Plant(
            "the_public_referral_pages_are_the_same_for_everyone",
            "omni/referrals/public.py",
            "headers=Headers.PAGE_FOR_EVERYONE",
            "headers=Headers.PAGE",
        ),
    ],
    "test_sweep.py": [
        route("every_path_variable_has_a_factory", "/planted/<id:planted_id>", takes="planted_id: Id"),
        route("idor_sweep", "/planted/<id:contact_id>", PAST_THE_WALLS, takes="contact_id: Id"),
        route("public_addresses_tell_strangers_nothing", "/planted", PAST_THE_WALLS, mark="public"),
        Plant(
            "a_viewer_sees_phones_and_mail_masked",
            "omni/contacts/routes/blueprint.py",
            "return can(Policy.VIEW_CONTACTS) is Reach.MASKED",
            "return False",
        ),
    ],
    "test_templates.py": [
        Plant("htmx_is_spelled_as_htmx_4", TASKS_PAGE, "", '<a hx-get="/x"></a>'),
        Plant("nothing_goes_around_escaping", TASKS_PAGE, "", "{{ page|safe }}"),
        Plant("no_inline_script_or_style", TASKS_PAGE, "", '<p style="color:red"></p>'),
        Plant("every_sentence_is_marked", TASKS_PAGE, "", "<p>Hello there</p>"),
        Plant("every_sentence_of_a_plain_mail_is_marked", "templates/accounts/mail/stray.txt", "", "Hello there"),
        Plant("a_template_keeps_its_contract", TASKS_PAGE, "", "{{ stray }}"),
        Plant("a_fragment_has_one_root", "templates/tasks/_stray.html", "", "{# nothing #}\n<p></p>\n<p></p>"),
        Plant("a_template_belongs_to_its_room", TASKS_PAGE, "", '{% include "boards/_card.html" %}'),
        Plant(
            "python_names_templates_of_its_own_room_that_exist",
            TASK_ROUTES,
            '"tasks/who.html"',
            '"boards/archive.html"',
        ),
        Plant(
            "every_template_of_a_room_is_named_somewhere", "templates/tasks/stray.html", "", "{# nothing #}\n<p></p>"
        ),
        Plant("scripts_speak_htmx_4_and_stay_small", "static/js/busy.js", "", 'eval("1");'),
    ],
    "test_writes.py": [
        Plant("every_form_is_answered_both_ways", "templates/ui/field.html", '{{ f.errors|join(" ") }}', ""),
        route("every_write_has_its_form_somewhere", "/planted", method="post"),
        Plant("double_submit_of_every_form", "omni/core/sent_forms.py", "raise SentBefore(self.key)", "return"),
        Plant("two_hands_send_each_form_at_the_same_instant", "omni/web/once.py", "find(one.key) else", "0 else"),
    ],
}


def main(words: Sequence[str]) -> int:
    """Plant, run, and say what was seen; 0 when every fault was found."""
    plants = [(file, each) for file, some in PLANTS.items() for each in some]
    wanted = [(file, each) for file, each in plants if not words or any(word in each.test for word in words)]
    bare = sorted(judges() - {f"{file}::test_{each.test}" for file, each in plants})
    for name in bare:
        print(f"no plant     {name}")
    held = not bare and (bool(words) or _is_found("unplanted", TESTS, None, wanted=False))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: _is_found(one[1].path, f"{TESTS}/{one[0]}::test_{one[1].test}", one[1]), wanted)
        held &= all(list(found))
    return 0 if held else 1


def judges() -> set[str]:
    """The tests that judge the house, each as `file::name`."""
    found = set()
    for path in (ROOT / TESTS).glob("test_*.py"):
        names = re.findall(r"^def (test_\w+)", path.read_text(), re.M)
        found |= {f"{path.name}::{name}" for name in names if not OF_CHECKS.search(name)}
    return found


def _is_found(where: str, test: str, plant: Plant | None, *, wanted: bool = True) -> bool:
    """Whether the test fails in a copy with the fault, or passes in one without."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder)
        _copy(copy)
        if plant:
            _plant(copy, plant)
        words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
        ran = subprocess.run(words, cwd=copy, capture_output=True, text=True, check=False)
    # 1: a test failed; anything else says that none ran.
    is_right = ran.returncode == (1 if wanted else 0)
    told = re.findall(r"^(?:E  +|FAILED ).*", ran.stdout, re.M)
    # The house itself may refuse to open, so that the test does not even begin.
    seen = "passed" if not wanted else "refused" if re.search("^ERROR ", ran.stdout, re.M) else "found"
    print(
        f"{seen:<9}{'' if is_right else 'NOT':<4}{test.removeprefix(TESTS)}  <- {where}",
        flush=True,
    )
    print(f"             {told[0][:150] if told else ran.stdout[-2000:] + ran.stderr[-2000:]}", flush=True)
    return is_right


def _copy(to: Path) -> None:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _plant(copy: Path, plant: Plant) -> None:
    path = copy / plant.path
    before = path.read_text() if path.exists() else ""
    if plant.old not in before:
        raise SystemExit(f"{plant.path} no longer holds {plant.old!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before.replace(plant.old, plant.new) if plant.old else before + plant.new)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
