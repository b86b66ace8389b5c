"""Errors of gradients as courses in double logarithmic coordinates, and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import ErrorLine, GradientErrors

from ..view import Table

if TYPE_CHECKING:
    from jaxtyping import Float

WORDS = ("tolerance", "horizon")
"""What is varied."""


def settings(errors: GradientErrors | None, word: str) -> Float[np.ndarray, "K"]:
    """The tolerances, or the horizons."""
    return np.empty(0) if errors is None else errors.tolerance if word == WORDS[0] else errors.horizon


def course(errors: GradientErrors | None, line: ErrorLine, word: str) -> Float[np.ndarray, "K 2"]:
    """One method's errors over what is varied."""
    return logarithms(settings(errors, word), line.by_tolerance if word == WORDS[0] else line.by_horizon)


def reference_course(errors: GradientErrors, word: str) -> Float[np.ndarray, "K 2"]:
    """How well the truth itself is known."""
    known = errors.known_to_tolerance if word == WORDS[0] else errors.known_to_horizon
    return logarithms(settings(errors, word), known)


def logarithms(x: np.ndarray, y: np.ndarray) -> Float[np.ndarray, "K 2"]:
    """log10 of both; NaN where one of them has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.log10(np.stack([x, y], axis=1))
    return np.where(np.isfinite(places).all(axis=1)[:, None], places, np.nan)


def error_table(errors: GradientErrors) -> Table:
    """A row per method and setting of either picture: method, varied, setting, error, known_to."""
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("method", "varied", "setting", "error", "known_to")}
    for line in errors.lines:
        for word, values, known in (
            (WORDS[0], line.by_tolerance, errors.known_to_tolerance),
            (WORDS[1], line.by_horizon, errors.known_to_horizon),
        ):
            size = len(values)
            parts = (np.full(size, line.title), np.full(size, word), settings(errors, word), values, known)
            for column, part in zip(columns.values(), parts, strict=True):
                column.append(part)
    return Table({name: np.concatenate(values) for name, values in columns.items() if values})
