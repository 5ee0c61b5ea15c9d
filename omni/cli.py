"""`python app.py COMMAND`: the operator's commands. What a room can do by command stands in the room's `cli.py`.

With `--json` a command prints one object on standard output; everything else it says goes to standard error. It ends
with 0 when it did its work, 1 when what it looked at is not well, 2 when it could not start or its words were wrong.
"""

import argparse
import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from omni.config import Config, ConfigError
from omni.core.commands import Command, CommandFault, Result

Main = Callable[[list[str]], int]


@dataclasses.dataclass(frozen=True)
class _BuiltIn:
    help: str
    run: Main


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Do what the command line says, and end the process."""
    from omni.core import log

    log.configure("cli")
    try:
        code = _dispatch(list(sys.argv[1:] if words is None else words))
    except (ConfigError, CommandFault) as fault:
        print(f"Omni: {fault}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        code = 1
    sys.stdout.flush()
    sys.exit(code)


def _dispatch(words: list[str]) -> int:
    name, rest = (words[0], words[1:]) if words else ("--help", [])
    if name in _BUILT_IN:
        return _BUILT_IN[name].run(rest)
    commands = _room_commands()
    if name in commands:
        return _run_in_house(commands[name], rest)
    helps = {each: about.help for each, about in _BUILT_IN.items()} | {each: c.help for each, c in commands.items()}
    lines = [f"  {each:<13}{about}" for each, about in sorted(helps.items())]
    text = "\n".join(["usage: python app.py COMMAND [--help]", "", *lines, ""])
    if name in ("--help", "-h", "help"):
        print(text)
        return 0
    raise CommandFault(f"there is no command {name!r}; python app.py --help lists them")


def _parser(name: str, about: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"python app.py {name}", description=about)


def _settings() -> Config:
    return Config.from_environment(os.environ)


def _room_commands() -> dict[str, Command]:
    from omni.rooms import rooms

    modules = [importlib.import_module(room.commands) for room in rooms() if room.commands]
    return {command.name: command for module in modules for command in module.COMMANDS}


def _run_in_house(command: Command, words: list[str]) -> int:
    """Run a room's command in the open, migrated house."""
    parser = _parser(command.name, command.help)
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(words)
    from omni.core import database, migrations
    from omni.start import open_house

    config = _settings()
    open_house(config)
    try:
        migrations.up(config.data_dir, config.database_roles)
        return _show(command.run(chosen), chosen.json)
    finally:
        database.close()


def _show(result: Result, as_json: bool) -> int:
    if as_json:
        print(json.dumps(result.data, ensure_ascii=False, default=str))
    else:
        print("\n".join(result.lines))
    return result.exit_code


def _plain(name: str, words: list[str]) -> None:
    """Take no arguments but `--help`."""
    _parser(name, _BUILT_IN[name].help).parse_args(words)


def _run(words: list[str]) -> int:
    _plain("run", words)
    config = _settings()
    from omni import supervisor

    return supervisor.run(config)


def _demo(words: list[str]) -> int:
    _plain("demo", words)
    os.environ.setdefault("OMNI_DATA_DIR", "data-demo")
    config = _settings()
    from omni import demo, supervisor

    return supervisor.run(config, prepare=lambda: demo.prepare(config))


def _web(words: list[str]) -> int:
    _plain("web", words)
    config = _settings()
    from omni import server
    from omni.factory import create_app

    listening = server.listen(config)
    server.serve(create_app(config), listening)
    return 0


def _worker(words: list[str]) -> int:
    from omni.core import queue

    parser = _parser("worker", _BUILT_IN["worker"].help)
    parser.add_argument("queue", choices=queue.QUEUES, help="the one queue this process serves")
    chosen = parser.parse_args(words)
    config = _settings()
    from omni import worker
    from omni.start import open_house

    open_house(config)
    return worker.work(config, chosen.queue)


def _scheduler(words: list[str]) -> int:
    _plain("scheduler", words)
    config = _settings()
    from omni import scheduler
    from omni.start import open_house

    open_house(config)
    return scheduler.keep_time()


def _migrate(words: list[str]) -> int:
    parser = _parser("migrate", _BUILT_IN["migrate"].help)
    parser.add_argument("act", nargs="?", choices=("up", "down", "status", "check"), default="up")
    parser.add_argument("target", nargs="?", help="up to, or down through, this migration")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(words)
    config = _settings()
    from omni.core import database, migrations
    from omni.start import all_models, open_house, sql_by_hand

    house = open_house(config)
    try:
        if chosen.act in ("up", "down"):
            move = migrations.up if chosen.act == "up" else migrations.down
            moved = move(config.data_dir, config.database_roles, chosen.target)
            return _show(Result({"moved": moved}, moved or ["Nothing to do."]), chosen.json)
        states = migrations.status()
        lines = [f"{'applied' if is_applied else 'waiting':<9}{name}" for name, is_applied in states]
        if chosen.act == "status":
            return _show(Result({"migrations": dict(states)}, lines), chosen.json)
        drift = migrations.drift(all_models(house), sql_by_hand(house))
        return _show(Result({"drift": drift}, drift or ["Tables and models agree."], 1 if drift else 0), chosen.json)
    except migrations.RolesMissing as missing:
        raise CommandFault(str(missing)) from None
    finally:
        database.close()


def _doctor(words: list[str]) -> int:
    parser = _parser("doctor", _BUILT_IN["doctor"].help)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(words)
    config = _settings()
    from omni import doctor
    from omni.core import database

    try:
        return _show(doctor.examine(config), chosen.json)
    finally:
        database.close()


def _keys(words: list[str]) -> int:
    parser = _parser("keys", _BUILT_IN["keys"].help)
    parser.add_argument("act", choices=("list", "rotate", "retire"), help="retire forgets every key but the newest")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(words)
    from omni import keys

    config = _settings()
    return _show({"list": keys.show, "rotate": keys.rotate, "retire": keys.retire}[chosen.act](config), chosen.json)


def _test(words: list[str]) -> int:
    from omni import checks

    return checks.test(words)


def _check(words: list[str]) -> int:
    _plain("check", words)
    from omni import checks

    return checks.check()


def _bench(words: list[str]) -> int:
    from bench import run

    return run.main(words)


def _judge(words: list[str]) -> int:
    from omni import checks

    return checks.judge(words)


def _words(words: list[str]) -> int:
    from omni.core import words_catalog

    return words_catalog.main(words or ["update"])


def _requirements(words: list[str]) -> int:
    _plain("requirements", words)
    from omni import checks

    return checks.compile_requirements()


_BUILT_IN = {
    "run": _BuiltIn("set everything up and run web, workers and scheduler until Ctrl-C", _run),
    "demo": _BuiltIn("the same in a data folder of its own, with a studio to look around in", _demo),
    "web": _BuiltIn("run the web server alone", _web),
    "worker": _BuiltIn("run one worker for one queue", _worker),
    "scheduler": _BuiltIn("run the scheduler alone", _scheduler),
    "migrate": _BuiltIn("move the database's schema: up, down, status, check", _migrate),
    "doctor": _BuiltIn("look at every part and say how it is", _doctor),
    "keys": _BuiltIn("list, rotate or retire the keys that seal secrets", _keys),
    "test": _BuiltIn("run the tests; further words go to pytest", _test),
    "check": _BuiltIn("run what the build runs: lint, types, architecture, tests", _check),
    "bench": _BuiltIn("measure what must be fast against its limit (ROW=click: that row alone)", _bench),
    "judge": _BuiltIn("let outside judges look at every page (judge html htmx lighthouse)", _judge),
    "words": _BuiltIn("bring the catalogs up to date (words check: only look)", _words),
    "requirements": _BuiltIn("compile the pinned, hashed lists of packages anew", _requirements),
}
