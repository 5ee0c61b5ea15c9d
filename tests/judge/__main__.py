"""Furnishes a house, lets each judge look at it, and prints what they found beside their goals."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests import houses
from tests.browser.house import House, furnished
from tests.judge import Row
from tests.judge.lighthouse import judge_lighthouse
from tests.judge.markup import judge_html, judge_htmx
from tests.judge.tools import Missing, Tools, ready

JUDGES: dict[str, Callable[[House, Tools], Iterable[Row]]] = {
    "html": lambda house, tools: [judge_html(house, tools)],
    "htmx": lambda _, tools: [judge_htmx(tools)],
    "lighthouse": judge_lighthouse,
}

MOST = 60
LINE = f"{{:<6}}{{:<12}}{{:<{MOST + 2}}}{{:<21}}{{}}"


def main(words: Sequence[str]) -> int:
    """Let every judge work, or those named; 1 when a goal was missed, 2 when one cannot work here."""
    parser = argparse.ArgumentParser(prog="python app.py judge", description=__doc__)
    parser.add_argument("judges", nargs="*", metavar="JUDGE", help=f"{', '.join(JUDGES)}; all by default")
    names = parser.parse_args(words).judges or list(JUDGES)
    if strange := set(names) - JUDGES.keys():
        parser.error(f"there is no judge {', '.join(sorted(strange))}; there are {', '.join(JUDGES)}")
    try:
        tools = ready()
    except Missing as missing:
        print(f"Omni: {missing}", file=sys.stderr)
        return 2
    passed = []
    with tempfile.TemporaryDirectory(prefix="omni-judge-", dir=houses.memory()) as folder:
        houses.migrate(houses.settings(Path(folder)))
        # Each request would be a line between ours.
        logging.disable(logging.CRITICAL)
        with furnished(Path(folder)) as house:
            print(LINE.format("", "judge", "of", "goal", "found"))
            for name in names:
                for row in JUDGES[name](house, tools):
                    _print(row)
                    passed.append(row.passed)
    print(f"{passed.count(True)} of {len(passed)} goals met.")
    return 0 if all(passed) else 1


def _print(row: Row) -> None:
    print(LINE.format("pass" if row.passed else "FAIL", row.judge, row.about[:MOST], row.goal, row.found), flush=True)
    for note in row.notes:
        print(f"      {note}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
