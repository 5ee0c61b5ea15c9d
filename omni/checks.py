"""`test`, `check`, `judge` and `requirements`: what a developer and the build run, as named steps."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
CODE = ("app.py", "omni", "tests", "migrations", "lint", "bench")
# Debian's headless shell first: the same engine without a browser's own window, a quarter cheaper to the processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What looks like a secret and is none: an example in a sentence, an alphabet, the hash of a published text.
NO_SECRETS = r"user:password@|ALPHABET|[0-9a-f]{64}"
# On any machine: the tests start servers of their own and wait for them, so two cores have work for three processes.
# The order is that of tests/conftest.py, the long ones first, so that none is left alone at the end.
EVERYTHING = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Step:
    """One named step: a tool of the environment and its words."""

    name: str
    words: tuple[str, ...]


def test(arguments: Sequence[str]) -> int:
    """Run the tests; `arguments` go to pytest, which runs everything in several processes when there are none."""
    find_or_install_chromium()
    return _run(Step("tests", ("pytest", *(arguments or EVERYTHING))))


def check() -> int:
    """Run every step, and stop at the first that fails, by its name."""
    find_or_install_chromium()
    began = time.monotonic()
    for step in steps():
        code = _run(step)
        if code:
            print(f"FAILED: {step.name}", file=sys.stderr)
            return code
    print(f"Everything holds, after {time.monotonic() - began:.0f} s.", file=sys.stderr)
    return 0


def steps() -> list[Step]:
    """What `check` runs, the quick ones first and the tests last, whose closing line then ends the output."""
    code = tuple(name for name in CODE if (ROOT / name).exists())
    return [
        Step("lint (ruff)", ("ruff", "check", *code)),
        Step("format (ruff)", ("ruff", "format", "--check", *code)),
        Step("types (mypy)", ("mypy",)),
        Step("architecture (import-linter)", ("lint-imports", "--no-cache")),
        Step("templates (djlint)", ("djlint", "templates", "--lint", "--quiet")),
        Step("security (bandit)", ("bandit", "-c", "pyproject.toml", "-q", "-r", "omni", "app.py")),
        Step("secrets (detect-secrets)", ("detect-secrets-hook", "--exclude-lines", NO_SECRETS, *_tracked())),
        Step("words (catalogs)", ("python", "app.py", "words", "check")),
        Step("tests (pytest)", ("pytest", *EVERYTHING)),
    ]


def judge(arguments: Sequence[str]) -> int:
    """Let the outside judges look at every page: those named by `arguments`, or all."""
    return _run(Step("judges", ("python", "-m", "tests.judge", *arguments)))


def compile_requirements() -> int:
    """Write the pinned, hashed lists anew from the `.in` files, the same on every machine."""
    for name, base in (("requirements-uv", ""), ("requirements", ""), ("requirements-dev", "requirements.txt")):
        words = ["--universal", "--generate-hashes", "--python-version", "3.11", "--quiet"]
        words += ["--custom-compile-command", "make requirements", *(("-c", base) if base else ())]
        code = _run(Step(f"{name}.txt", ("uv", "pip", "compile", *words, f"{name}.in", "-o", f"{name}.txt")))
        if code:
            return code
    return 0


def find_chromium() -> str | None:
    """The browser the tests use: `$CHROMIUM`, else one on the path."""
    named = os.environ.get("CHROMIUM")
    return named if named else next((found for name in BROWSERS if (found := shutil.which(name))), None)


def find_or_install_chromium() -> str | None:
    """The browser, installed where this machine lets us; else a loud line, and the browser tests are left out.

    Under `CI=true` they fail instead (`tests/browser`).
    """
    found = find_chromium()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", file=sys.stderr)
        _quietly("apt-get", "update", "-qq")
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
        any(_quietly(*install, browser) for browser in BROWSERS[:2])
        found = find_chromium()
    if not found and _quietly(sys.executable, "-m", "playwright", "install", "chromium"):
        found = _playwrights_own()
    if found:
        os.environ["CHROMIUM"] = found
        return found
    print("NO BROWSER: Chromium is neither here nor installable, so every browser test is left out.", file=sys.stderr)
    return None


def _playwrights_own() -> str | None:
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout.strip()
    return told if told and Path(told).exists() else None


def _tracked() -> tuple[str, ...]:
    """The project's own text files, where a secret might have been left."""
    listed = subprocess.run(
        ["git", "ls-files", "app.py", "omni/*.py", "templates", "static/js", "*.md", "*.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return tuple(listed) or ("app.py",)


def _run(step: Step) -> int:
    print(f"== {step.name}", file=sys.stderr, flush=True)
    tool, *words = step.words
    return subprocess.run([TOOLS / tool, *words], cwd=ROOT, check=False).returncode


def _quietly(*words: str) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(words, env=environ, stdout=sys.stderr, check=False).returncode == 0
