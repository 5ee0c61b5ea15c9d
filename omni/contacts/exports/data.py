"""People as data: one JSON object, a line for each person in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from omni.contacts.exports.people import People
from omni.core import clock

VERSION = 1


def lines(people: People) -> Iterator[str]:
    """The object, whose `people` come as they are read."""
    fields = [{"key": one.key, "label": one.label, "kind": one.kind.value} for one in people.fields]
    about = {"format": "omni-contacts", "version": VERSION, "as_of": clock.now().isoformat(timespec="seconds")}
    head = json.dumps({**about, "fields": fields}, ensure_ascii=False)
    yield f'{head[:-1]}, "people": ['
    comma = ""
    for facts in people:
        yield f"{comma}\n{json.dumps(facts, ensure_ascii=False)}"
        comma = ","
    yield "\n]}\n"
