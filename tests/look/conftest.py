"""The book, served, and a browser to read it with."""

from collections.abc import Iterator
from typing import Any

import pytest

from omni.checks import find_chromium
from tests.look import book
from tests.look.browsers import ARGS


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGS}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with book.served() as base:
        yield base
