"""From a bare Python 3.11 to Omni's own environment, and on into the command that was asked for.

Standard library only. On a fresh machine it makes `.venv`, installs the pinned and hashed packages, stamps their
hash and starts the same command again inside. Where the stamp fits it does nothing but start, or nothing at all.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "omni-packages.json"

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
INSTALLER = "requirements-uv.txt"
# These commands test or measure, so they need the tools too; every other command runs on the runtime packages alone.
DEVELOPER_COMMANDS = frozenset({"test", "check", "bench", "judge", "requirements"})

# Cocoa aborts a forked child unless this stands in the environment before the process starts (rq issue 1418).
MAC_FORK_SAFETY = "OBJC_DISABLE_INITIALIZE_FORK_SAFETY"


class CannotSetUp(Exception):
    """One line for the person who starts Omni."""


def enter_environment() -> None:
    """This process runs inside Omni's environment with the packages its command needs, or has ended with 2."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    wanted = DEVELOPMENT if command in DEVELOPER_COMMANDS else RUNTIME
    try:
        if not _has(wanted):
            with _alone():
                if not _has(wanted):
                    _make_environment()
                    _install(wanted)
                    _compile()
                    _stamp(wanted)
    except (CannotSetUp, OSError) as fault:
        sys.stderr.write(f"Omni could not set itself up: {fault}\n")
        sys.exit(2)
    if not _is_inside() or _lacks_fork_safety():
        _start_again()


def _is_inside() -> bool:
    return Path(sys.prefix) == VENV


def _lacks_fork_safety() -> bool:
    return sys.platform == "darwin" and MAC_FORK_SAFETY not in os.environ


def _start_again() -> None:
    environ = dict(os.environ)
    if sys.platform == "darwin":
        environ[MAC_FORK_SAFETY] = "YES"
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "app.py"), *sys.argv[1:]], environ)  # noqa: S606


def _has(wanted: str) -> bool:
    """Whether the stamp says that just these packages were installed by a Python that is still there."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    if not PYTHON.exists() or not isinstance(stamp, dict):
        return False
    # The tools' list holds the runtime's too, so either stamp speaks for it as long as both files are as they were.
    return all(stamp.get(name) == _hash(name) for name in {RUNTIME, wanted})


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _stamp(wanted: str) -> None:
    waiting = STAMP.with_suffix(".new")
    waiting.write_text(json.dumps({name: _hash(name) for name in {RUNTIME, wanted}}, indent=1) + "\n")
    os.replace(waiting, STAMP)


@contextmanager
def _alone() -> Iterator[None]:
    """Of two commands started at once, one sets up and the other waits."""
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_environment() -> None:
    if PYTHON.exists() and _runs([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    _say("Making Omni's own Python environment in .venv …")
    make: list[Path | str] = [sys.executable, "-m", "venv", "--clear", VENV]
    if _runs(make):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if _is_root_with_apt():
        _say("Installing python3-venv, which Debian splits off …")
        _runs(["apt-get", "update", "-qq"])
        _runs(["apt-get", "install", "-y", "-qq", "python3-venv", f"python3.{sys.version_info.minor}-venv"])
        if _runs(make):
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise CannotSetUp("this Python has no venv (Debian splits it off). Run: sudo apt install python3-venv")


def _install(wanted: str) -> None:
    _say(f"Installing the packages of {wanted} …")
    # The machine's own list of authorities: a company's network may stand behind one of its own.
    uv: list[Path | str] = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--system-certs"]
    uv += ["--compile-bytecode", "--python", PYTHON]
    if _has_uv() and _runs([*uv, "--require-hashes", "-r", wanted]):
        return
    if not _runs([*_pip("install"), "--require-hashes", "-r", wanted], shown=True):
        raise CannotSetUp(f"the packages of {wanted} could not be installed (is there a network?).")


def _compile() -> None:
    """Byte code beside the sources, now: where the environment forbids Python to write it, each start costs thrice."""
    _runs([PYTHON, "-m", "compileall", "-q", "-j", "0", "omni"])


def _has_uv() -> bool:
    """Whether uv is there: it installs in seconds what takes pip most of a minute."""
    if _runs([PYTHON, "-m", "uv", "--version"]):
        return True
    # An environment that another tool made may come without pip.
    has_pip = _runs([*_pip("--version")]) or _runs([PYTHON, "-m", "ensurepip"])
    return has_pip and _runs([*_pip("install"), "--require-hashes", "-r", INSTALLER])


def _pip(command: str) -> list[Path | str]:
    return [PYTHON, "-m", "pip", command, "--quiet", "--disable-pip-version-check", "--no-input"]


def _is_root_with_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _runs(command: Sequence[Path | str], *, shown: bool = False) -> bool:
    """Whether the command ended well. What it prints goes to standard error, or nowhere."""
    environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "DEBIAN_FRONTEND": "noninteractive"}
    printed = sys.stderr if shown else subprocess.DEVNULL
    try:
        return (
            subprocess.run(
                [str(word) for word in command], cwd=ROOT, env=environ, stdout=printed, stderr=printed, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
