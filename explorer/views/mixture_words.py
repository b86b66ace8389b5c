"""What is said of weights and of the rows they mix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Mixture, NamedMatrix

from ..canvas.number_text import number_text, power_text

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

    from .mixture_panels import Spot

_SUM_TOLERANCE = 1e-9


def sums_are_off(sums: Float[np.ndarray, "m"]) -> Bool[np.ndarray, "m"]:
    """Which rows do not sum to 1 up to rounding."""
    with np.errstate(invalid="ignore"):
        off: np.ndarray = ~(np.abs(sums - 1.0) <= _SUM_TOLERANCE)
    return off


def decimal_text(value: float, decimals: int = 2) -> str:
    """`value` with as many decimals; large ones, and those that are no numbers, as they are written elsewhere."""
    if not math.isfinite(value) or abs(value) >= 1e3:
        return power_text(value)
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def sums_text(sums: Float[np.ndarray, "m"]) -> str:
    """What the rows sum to."""
    if not sums_are_off(sums).any():
        return "rows sum to 1"
    low, high = decimal_text(float(sums.min())), decimal_text(float(sums.max()))
    return f"row sums {low}" if low == high else f"row sums {low} to {high}"


def hull_text(matrix: NamedMatrix, values_name: str) -> str:
    """Whether the output lies where averages of the values' rows do."""
    outside = int((~matrix.inside).sum())
    if outside:
        return f"leaves the hull of {values_name} in {outside} of {matrix.inside.size} numbers"
    if sums_are_off(matrix.row_sums).any() or matrix.smallest < 0:
        return f"inside the range of {values_name}"  # which is more than its hull
    return f"inside the hull of {values_name}"


def sign_text(matrix: NamedMatrix) -> str:
    """The smallest weight, where it is negative."""
    return f"smallest weight {number_text(matrix.smallest, 3)}" if matrix.smallest < 0 else ""


def output_name(mixture: Mixture, index: int) -> str:
    """The output by the weights in force (0) is the state; by others a product."""
    return mixture.state if index == 0 else f"{mixture.matrices[index].symbol} {mixture.values_name}"


def spot_text(mixture: Mixture, index: int, spot: Spot) -> str:
    """What a person points at, for the status bar."""
    matrix, row, column = mixture.matrices[index], spot.row, spot.column
    if spot.part == "cell":
        return f"row {row + 1}   column {column + 1}   weight {power_text(float(matrix.weights[row, column]), 5)}"
    if spot.part == "sum":
        return f"row {row + 1}   sum {power_text(float(matrix.row_sums[row]), 6)}"
    name, values = output_name(mixture, index), mixture.values_name
    value = power_text(float(matrix.output[row, column]), 5)
    low, high = (power_text(float(ends[column])) for ends in (mixture.low, mixture.high))
    where = "inside" if matrix.inside[row, column] else "outside"
    return f"{name}[{row + 1}, {column + 1}] = {value}   column {column + 1} of {values} from {low} to {high}: {where}"


def mixture_columns(mixture: Mixture, index: int) -> dict[str, np.ndarray]:
    """A row per row of the output for CSV: the weights, their sum, the output, and whether it is inside."""
    matrix = mixture.matrices[index]
    columns = {"row": np.arange(1, len(matrix.weights) + 1)}
    columns |= {f"weight_{j + 1}": matrix.weights[:, j] for j in range(matrix.weights.shape[1])}
    columns["row_sum"] = matrix.row_sums
    columns |= {f"output_{j + 1}": matrix.output[:, j] for j in range(matrix.output.shape[1])}
    columns |= {f"inside_{j + 1}": matrix.inside[:, j] for j in range(matrix.inside.shape[1])}
    return columns
