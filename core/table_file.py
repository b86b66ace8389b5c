"""Tables as CSV and arrays as NPZ, with what they come from, written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .atomic_file import write_atomically
from .provenance import header, provenance

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def write_csv(
    path: str | os.PathLike[str],
    source: tuple[Experiment, System],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    facts: Mapping[str, Any] = _NOTHING,
) -> None:
    """Lines of provenance behind "#", the column names, one line per row.

    source: what was computed. facts: what provenance says besides, by name. Numbers have a decimal point whatever the
    locale and read back bit by bit. Raises OSError.
    """
    text = io.StringIO(newline="")
    text.writelines(header(*source, facts))
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows(rows)
    write_atomically(path, text.getvalue().encode("utf-8"))


def write_npz(
    path: str | os.PathLike[str],
    source: tuple[Experiment, System],
    arrays: Mapping[str, Any],
    facts: Mapping[str, Any] = _NOTHING,
) -> None:
    """Arrays by name for `numpy.load(path, allow_pickle=False)`, and `provenance` as a string. Raises OSError."""
    told = np.array(json.dumps(provenance(*source) | dict(facts)))
    data = io.BytesIO()
    np.savez_compressed(data, **arrays, provenance=told)
    write_atomically(path, data.getvalue())
