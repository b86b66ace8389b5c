"""The shape of an experiment file, and the sentences for what does not fit it.

pydantic checks the types (strictly, unknown keys forbidden) straight over the frozen dataclasses; the `Range`
and `Choice` of a field, which also make its control in the window, check the value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from math import inf, isfinite, isinf, isnan
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .catalogue import (
    adaptive_controllers,
    chosen_gradient,
    data_set,
    descents,
    fit_method,
    gradient_methods,
    integrators,
    optimiser,
    root_solver,
    root_solvers,
)
from .experiment import Descent, Ensemble, Experiment, GradientChoice, Integration, RootFinding, Section, SliderRange
from .experiment_file_error import ExperimentFileError
from .fit_choice import FitChoice
from .nearest_name import nearest, suggestion
from .number_table import MOST_ROWS, TableError
from .parameter import Choice, Range
from .table_data import TABLE, check_table
from .training_choice import Training
from .window_notes import WindowNotes

_WANTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "dataclass_type": "a table",
}


_UNKNOWN_KEY = ("unexpected_keyword_argument", "extra_forbidden")


class ExperimentFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: Literal["implicit-explorer"]
    version: int
    experiment: Experiment
    window: WindowNotes = Field(default_factory=WindowNotes)


def validated(table: Mapping[str, Any]) -> ExperimentFile:
    """Check a table of the newest version; raises ExperimentFileError for the first entry that does not fit."""
    try:
        # strict checking tells lists from tuples in Python values, not in JSON, whose parser keeps nan and inf
        file = ExperimentFile.model_validate_json(json.dumps(table, default=_refuse_moment))
    except ValidationError as fault:
        errors = fault.errors()
        misspelt = [error for error in errors if error["type"] in _UNKNOWN_KEY]  # why another entry is missing
        raise _sentence((misspelt or errors)[0], table) from None
    for part, key in ((file.experiment, "experiment"), (file.window, "window")):
        for problem in _outside(part, key):
            raise problem
    return file


def _refuse_moment(value: object) -> object:
    raise ExperimentFileError(f"{value} is a date or time, which no entry is", cure="put text in quotes")


def _sentence(error: Mapping[str, Any], table: Mapping[str, Any]) -> ExperimentFileError:
    place = [str(part) for part in error["loc"]]
    kind = error["type"]
    if kind != "missing":
        place = place[: _depth(error["loc"], table)]  # pydantic adds which kind of an entry of several it tried
    key = ".".join(place)
    if kind == "missing" and place[-1].isdigit():
        return ExperimentFileError("needs exactly two entries", ".".join(place[:-1]))
    if kind == "too_long":
        return ExperimentFileError("needs exactly two entries", key)
    if kind == "missing":
        return ExperimentFileError("is missing", key, f"add a line {place[-1]} = ...")
    if kind in _UNKNOWN_KEY:
        near = nearest(place[-1], _names(place[:-1]))
        cure = f"did you mean {near}?" if near else "correct its name or remove it"
        return ExperimentFileError("is not an entry of an experiment file", key, cure)
    if kind == "value_error":
        return ExperimentFileError(str(error["ctx"]["error"]), key)
    wanted = _WANTED.get(kind)
    if wanted is None:
        return ExperimentFileError(f"does not fit: {error['msg']}", key)
    return ExperimentFileError(f"must be {wanted}, not {_shown(error['input'])}", key)


def _depth(place: Sequence[str | int], table: Any) -> int:
    """How many of these keys there are in the table."""
    for depth, part in enumerate(place):
        if not (part in table if isinstance(table, Mapping) else isinstance(table, list) and isinstance(part, int)):
            return depth
        table = table[part]
    return len(place)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _names(place: list[str]) -> list[str]:
    """The entries that the table at `place` may have."""
    kind: Any = ExperimentFile
    for part in place:
        hints = get_type_hints(kind)
        if part not in hints:
            return []
        kind = hints[part]
    return [field.name for field in fields(kind)] if is_dataclass(kind) else list(get_type_hints(kind))


def _outside(value: object, key: str) -> Iterator[ExperimentFileError]:
    """What of a dataclass lies outside the Range or Choice of its fields, or is an empty interval."""
    if isinstance(value, SliderRange):
        if not -inf < value.lo < value.hi < inf:
            yield ExperimentFileError(f"needs finite lo < hi, not {value.lo:g} and {value.hi:g}", key)
        if value.log and value.lo <= 0:
            yield ExperimentFileError("is logarithmic and needs lo > 0", key, "set log = false or raise lo")
    yield from _unknown_methods(value, key)
    yield from _bad_intervals(value, key)
    if isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _outside(entry, f"{key}.{name}")
    if is_dataclass(value):
        hints = get_type_hints(type(value), include_extras=True)
        for field in fields(value):
            entry = getattr(value, field.name)
            yield from _outside(entry, f"{key}.{field.name}")
            for rule in getattr(hints[field.name], "__metadata__", ()):
                yield from _breaches(rule, entry, f"{key}.{field.name}")


def _bad_intervals(value: object, key: str) -> Iterator[ExperimentFileError]:
    """Ranges of views and boxes, and sections, that are none."""
    if isinstance(value, WindowNotes):
        for name, (lo, hi) in value.view.items():
            if not -inf < lo < hi < inf:
                sentence = f"needs two finite ascending ends, not {lo:g} and {hi:g}"
                yield ExperimentFileError(sentence, f"{key}.view.{name}")
    if isinstance(value, Ensemble):
        for name, (lo, hi) in value.box.items():
            if not -inf < lo <= hi < inf:
                yield ExperimentFileError(f"needs finite lo <= hi, not {lo:g} and {hi:g}", f"{key}.box.{name}")

    if isinstance(value, Section) and value.on:
        if not all(map(isfinite, (*value.begin, *value.end))) or value.begin == value.end:
            yield ExperimentFileError(f"needs two finite ends that differ, not {value.begin} and {value.end}", key)
        if value.axes[0] == value.axes[1]:
            yield ExperimentFileError("needs the names of two components", f"{key}.axes")


def _unknown_methods(value: object, key: str) -> Iterator[ExperimentFileError]:
    """What a choice of methods names that no catalogue has."""
    if isinstance(value, Integration):
        for entry, name in (("method", value.method), *(("rivals", name) for name in value.rivals)):
            if name not in integrators():
                sentence = f"there is no integration method {name!r}{suggestion(name, integrators())}"
                yield ExperimentFileError(sentence, f"{key}.{entry}")
        if value.controller not in adaptive_controllers():
            near = suggestion(value.controller, adaptive_controllers())
            yield ExperimentFileError(
                f"there is no controller {value.controller!r} of adaptive steps{near}", f"{key}.controller"
            )
    if isinstance(value, RootFinding):
        yield from _root_faults(value, key)
    if isinstance(value, GradientChoice):
        yield from _gradient_faults(value, key)
    if isinstance(value, FitChoice):
        yield from _fit_faults(value, key)
    if isinstance(value, Training):
        yield from _training_faults(value, key)
    if isinstance(value, Descent):
        for name in set(value.methods) - set(descents()):
            sentence = f"there is no optimiser {name!r}{suggestion(name, descents())}"
            yield ExperimentFileError(sentence, f"{key}.methods")


def _root_faults(root: RootFinding, key: str) -> Iterator[ExperimentFileError]:
    """Solvers that are not there, and options of a solver that are not its own or outside their range."""
    named = [
        ("solver", root.solver),
        *(("rivals", name) for name in root.rivals),
        *(("options", n) for n in root.options),
    ]
    for entry, name in named:
        if name not in root_solvers():
            sentence = f"there is no root solver {name!r}{suggestion(name, root_solvers())}"
            yield ExperimentFileError(sentence, f"{key}.{entry}")
            return
    for name, options in root.options.items():
        try:
            root_solver(name, dict(options))
        except (ValueError, TypeError) as fault:
            yield ExperimentFileError(str(fault), f"{key}.options.{name}")


def _gradient_faults(choice: GradientChoice, key: str) -> Iterator[ExperimentFileError]:
    """Gradient methods that are not there or are about something else, and options as of root solvers."""
    for entry, about in (("trajectory", "trajectory"), ("fixed_point", "fixed point")):
        try:
            chosen_gradient(replace(choice, options={}), about)  # type: ignore[arg-type]
        except ValueError as fault:
            yield ExperimentFileError(str(fault), f"{key}.{entry}")
            return
    known = gradient_methods()
    for name, options in choice.options.items():
        if name not in known:
            sentence = f"there is no gradient method {name!r}{suggestion(name, known)}"
            yield ExperimentFileError(sentence, f"{key}.options.{name}")
            return
        if name == "unrolled" and "k" in options:
            yield ExperimentFileError("is not an option of its own", f"{key}.options.{name}.k", f"write {key}.unrolled")
        try:
            chosen_gradient(choice, known[name].about, name)
        except (ValueError, TypeError) as fault:
            yield ExperimentFileError(str(fault), f"{key}.options.{name}")


def _fit_faults(choice: FitChoice, key: str) -> Iterator[ExperimentFileError]:
    """Fit methods that are not there, options that are not their own, and points that are none."""
    for name, entry in ((choice.method, "method"), *((name, f"options.{name}") for name in choice.options)):
        try:
            fit_method(name, choice.options.get(name, {}))
        except (ValueError, TypeError) as fault:
            yield ExperimentFileError(str(fault), f"{key}.{entry}")
            return
    lengths = {len(column) for column in choice.data.values()}
    if len(lengths) > 1 or max(lengths, default=0) > MOST_ROWS:
        yield ExperimentFileError(f"needs columns of one length, {MOST_ROWS:,} at most", f"{key}.data")
    elif choice.data and not all(map(isfinite, choice.data.get("t", (inf,)))):
        yield ExperimentFileError("needs a column t of finite times", f"{key}.data")
    elif choice.data:
        columns = {name: column for name, column in choice.data.items() if name != "t"}
        for name, column in columns.items():
            if any(map(isinf, column)):
                row = next(row for row, value in enumerate(column, start=1) if isinf(value))
                sentence = f"entry {row} is {column[row - 1]}, and no measurement"
                yield ExperimentFileError(sentence, f"{key}.data.{name}", "write nan where nothing was measured")
        if all(all(map(isnan, column)) for column in columns.values()):
            yield ExperimentFileError("holds no number beside the times", f"{key}.data")


def _training_faults(choice: Training, key: str) -> Iterator[ExperimentFileError]:
    """Data sets and optimisers that are not there, options that are not their own, and tables that are none."""
    if choice.table or choice.data == TABLE:
        try:
            check_table(choice.table)
        except TableError as fault:
            yield ExperimentFileError(str(fault), f"{key}.table")
            return
    known = "" if choice.data == TABLE else choice.data
    for entry, name, own, options, make in (
        ("data", known, "data_options", choice.data_options, data_set),
        ("optimiser", choice.optimiser, "options", choice.options, optimiser),
    ):
        asked = [(f"{own}.{one}", one, given) for one, given in options.items()]
        for place, named, given in ([(entry, name, {})] if name else []) + asked:
            try:
                make(named, dict(given))
            except (ValueError, TypeError) as fault:
                yield ExperimentFileError(str(fault), f"{key}.{place}")
                return


def _breaches(rule: object, value: Any, key: str) -> Iterator[ExperimentFileError]:
    if isinstance(rule, Range) and (refusal := rule.refusal("the value", value)) is not None:
        yield ExperimentFileError(refusal, key)
    if isinstance(rule, Choice) and value not in rule.options:
        yield ExperimentFileError(f"must be one of {', '.join(rule.options)}, not {_shown(value)}", key)
