"""The judges themselves: pinned in `package-lock.json` and installed into a folder outside the repository's history."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from omni.checks import ROOT, find_or_install_chromium

HERE = Path(__file__).parent
FOLDER = ROOT / ".judge"
# What must be there: the program, its oldest version, what it is for.
NEEDS = (("java", 17, "the HTML validator"), ("node", 20, "Lighthouse"), ("npm", 9, "installing both"))


class Missing(Exception):
    """A judge cannot work on this machine; the message is one line that says why."""


@dataclass(frozen=True)
class Tools:
    """Where everything is."""

    chromium: str
    modules: Path

    @property
    def validator(self) -> Path:
        return self.modules / "vnu-jar" / "build" / "dist" / "vnu.jar"

    @property
    def lighthouse(self) -> Path:
        return self.modules / "lighthouse" / "cli" / "index.js"

    @property
    def upgrade_check(self) -> Path:
        return self.modules / "htmx.org" / "dist" / "scripts" / "upgrade-check.py"


def ready() -> Tools:
    """The tools, installed anew when their list has changed. Raises: Missing."""
    for program, oldest, purpose in NEEDS:
        if (found := _major(program)) < oldest:
            has = f"this is {found}" if found else "it is not here"
            raise Missing(f"{program} {oldest} or newer is needed for {purpose}, and {has}.")
    chromium = find_or_install_chromium()
    if not chromium:
        raise Missing("Chromium is needed for Lighthouse, and it is not here.")
    _install()
    return Tools(chromium, FOLDER / "node_modules")


def _major(program: str) -> int:
    """The first number of the program's version; 0 where it does not run."""
    if not (path := shutil.which(program)):
        return 0
    words = [path, "-version" if program == "java" else "--version"]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    number = re.search(r"\d+", told.stdout + told.stderr)
    return int(number[0]) if number and told.returncode == 0 else 0


def _install() -> None:
    lock = (HERE / "package-lock.json").read_text()
    # Written last, so that an installation that was interrupted is made again.
    stamp = FOLDER / "installed.json"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("Installing the judges …", file=sys.stderr)
    FOLDER.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER)
    # Nothing here needs a script of its own to be installed.
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(words, cwd=FOLDER, stdout=sys.stderr, check=False).returncode:
        raise Missing("The judges could not be installed: npm says why above.")
    stamp.write_text(lock)
