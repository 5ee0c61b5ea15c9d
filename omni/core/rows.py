"""How the rows of a prepared query become models: what is the same for each row is found out once.

It makes what `ModelCursorWrapper.process_row` of peewee 4.5.3 makes, out of what that wrapper learnt of its columns.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getattr_static
from typing import Any

from peewee import FieldAccessor, ModelCursorWrapper


def reader_of(wrapper: Any) -> Callable[[Any], Any]:
    """How this wrapper, which was initialized, reads a row."""
    read: Callable[[Any], Any] = wrapper.process_row
    if isinstance(wrapper, ModelCursorWrapper):
        kinds: Any = wrapper
        # A join with a subquery becomes a dictionary.
        if all(is_model for _key, _made, is_model in kinds._constructor_list):
            read = _Reader(wrapper)
    return read


class _Reader:
    """Reads rows of a model and of those joined to it."""

    def __init__(self, wrapper: Any) -> None:
        numbers = {key: n for n, (key, _made, _is_model) in enumerate(wrapper._constructor_list)}
        self._main = numbers[wrapper.model]
        columns: list[list[Any]] = [[] for _key in numbers]
        for at, key, name, convert in wrapper._row_spec:
            columns[numbers.get(key, self._main)].append((at, name, convert))
        self._models = [
            (model, *_split(model, mine))
            for (_key, model, _is_model), mine in zip(wrapper._constructor_list, columns, strict=True)
        ]
        places: dict[Any, list[int]] = {key: [] for key in numbers}
        for at, key, _name, _convert in wrapper._row_spec:
            places.setdefault(key, []).append(at)
        self._joins = []
        for src, attr, dest, _is_dict, is_outer, is_key in wrapper.src_to_dest:
            reached = [at for key in wrapper._dest_reachable.get(dest, ()) for at in places[key]]
            said = (places[src], places[dest], reached)
            self._joins.append((numbers[src], attr, numbers[dest], is_outer, is_key, *said))

    def __call__(self, row: Any) -> Any:
        made = []
        for model, fields, others in self._models:
            one = model.__new__(model)
            one.__data__ = {name: row[at] if convert is None else convert(row[at]) for at, name, convert in fields}
            one.__rel__ = {}
            for at, name, convert in others:
                setattr(one, name, row[at] if convert is None else convert(row[at]))
            one._dirty = set()
            made.append(one)
        if self._joins:
            self._join(made, row)
        return made[self._main]

    def _join(self, made: list[Any], row: Any) -> None:
        """Hang each model on the one it is joined to; none where all of its columns are NULL."""
        for src, attr, dest, is_outer, is_key, of_src, of_dest, reached in self._joins:
            one: Any = made[dest]
            if not _says(row, of_dest):
                if is_outer and not _says(row, of_src):
                    continue
                if not _says(row, reached):
                    if not is_outer:
                        continue
                    one = None
            if one is None and is_key:
                made[src].__rel__[attr] = None
            else:
                setattr(made[src], attr, one)
        for one in made:
            one._dirty.clear()


def _says(row: Any, places: list[int]) -> bool:
    return any(row[at] is not None for at in places)


def _split(model: Any, columns: list[Any]) -> tuple[list[Any], list[Any]]:
    """The columns that are fields of the model, which are written past their accessors, and the others."""
    fields: list[Any] = []
    others: list[Any] = []
    for at, name, convert in columns:
        accessor = getattr_static(model, name, None)
        (fields if isinstance(accessor, FieldAccessor) else others).append((at, name, convert))
    return fields, others
