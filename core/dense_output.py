"""The solution between two steps, from the stages that were computed anyway."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .integration_method import IntegrationMethod
from .tableau import Tableau
from .telemetry import Steps, host

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def interpolate(
    tableau: IntegrationMethod,
    t0: Float[np.ndarray, "k"],
    t1: Float[np.ndarray, "k"],
    z0: Float[np.ndarray, "k n"],
    z1: Float[np.ndarray, "k n"],
    stages: Float[np.ndarray, "k s n"],
    theta: Float[np.ndarray, "m"] | Float[np.ndarray, "k m"],
) -> Float[np.ndarray, "k m n"]:
    """The states at t0 + theta (t1 - t0) inside each of k recorded steps.

    z(t0 + theta h) = z0 + h sum_i b_i(theta) k_i; the cubic Hermite polynomial through both ends and their slopes
    where the tableau has no dense output. theta in [0, 1]: the same m places in every step, or m of each step's own.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.6.
    """
    h = (t1 - t0)[:, None, None]
    powers = np.asarray(theta, dtype=np.float64)[..., None]
    if tableau.dense is None:
        return _hermite(h, z0[:, None], z1[:, None], stages[:, :1], stages[:, [tableau.end_stage or 0]], powers)
    coefficients = dense_coefficients(tableau)
    weights = powers ** np.arange(1, coefficients.shape[0] + 1) @ coefficients
    return np.asarray(z0[:, None] + h * (weights @ stages))


def stage_weights(tableau: Tableau, theta: Float[np.ndarray, "..."]) -> Float[np.ndarray, "... s"]:
    """b_i(theta) of z(t0 + theta h) = z0 + h sum_i b_i(theta) k_i, also where the tableau has no dense output."""
    powers = np.asarray(theta, dtype=np.float64)[..., None]
    if tableau.dense is not None:
        coefficients = dense_coefficients(tableau)
        return np.asarray(powers ** np.arange(1, coefficients.shape[0] + 1) @ coefficients)
    rise = np.array([float(weight) for weight in tableau.b])
    first, last = np.eye(tableau.stages)[[0, tableau.end_stage or 0]]
    return _hermite(np.ones(1), np.zeros_like(rise), rise, first, last, powers)


@cache
def dense_coefficients(tableau: IntegrationMethod) -> Float[np.ndarray, "powers s"]:
    """`tableau.dense[i][j] as floats, transposed: the row of theta^(j+1) with one number per stage."""
    rows = tableau.dense or ()
    coefficients = np.zeros((max(len(row) for row in rows), len(rows)))
    for stage, row in enumerate(rows):
        coefficients[: len(row), stage] = [float(number) for number in row]
    return coefficients


def _hermite(
    h: np.ndarray, z0: np.ndarray, z1: np.ndarray, f0: np.ndarray, f1: np.ndarray, theta: np.ndarray
) -> np.ndarray:
    """Cubic through (0, z0) and (1, z1) with slopes h f0 and h f1."""
    rise = z1 - z0
    bend = (1.0 - 2.0 * theta) * rise + (theta - 1.0) * h * f0 + theta * h * f1
    return np.asarray((1.0 - theta) * z0 + theta * z1 + theta * (theta - 1.0) * bend)


class AcceptedSteps(NamedTuple):
    """Accepted steps on the host; shapes as in `telemetry.Steps`."""

    sample: Int[np.ndarray, "k"]
    t0: Float[np.ndarray, "k"]
    t1: Float[np.ndarray, "k"]
    z0: Float[np.ndarray, "k n"]
    z1: Float[np.ndarray, "k n"]
    stages: Float[np.ndarray, "k s n"]

    @classmethod
    def of(cls, steps: Steps) -> AcceptedSteps:
        """The accepted ones of a block."""
        accepted = np.flatnonzero(host(steps.accepted))
        columns = [host(getattr(steps, name)) for name in cls._fields]
        return cls(*(columns if len(accepted) == len(steps) else (column[accepted] for column in columns)))


class Sampled:
    """States at given times, filled in as steps arrive, which are not kept.

    times (T,) in the direction of the span. z (B, T, n): NaN where no step has come yet.
    """

    def __init__(
        self,
        tableau: IntegrationMethod,
        starts: Float[np.ndarray, "B n"],
        span: tuple[float, float],
        times: Float[np.ndarray, "T"],
    ) -> None:
        self._tableau = tableau
        self._times = times
        self._sign = 1.0 if span[1] > span[0] else -1.0
        self.z = np.full((len(starts), len(times), starts.shape[1]), np.nan)
        self.z[:, times == span[0]] = starts[:, None]

    def add(self, steps: AcceptedSteps) -> None:
        """Evaluate the dense output wherever a step passes one of the times, its end included."""
        along = self._sign * self._times
        first = np.searchsorted(along, self._sign * steps.t0, side="right")
        count = np.searchsorted(along, self._sign * steps.t1, side="right") - first
        row = np.repeat(np.arange(len(count)), count)
        place = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        inside = AcceptedSteps(*(column[row] for column in steps))
        theta = (self._times[place] - inside.t0) / (inside.t1 - inside.t0)
        states = interpolate(self._tableau, *inside[1:], theta[:, None])[:, 0]
        ends = self._times[place] == inside.t1  # the end of a step is more exact than its interpolant
        states[ends] = inside.z1[ends]
        self.z[inside.sample, place] = states


class DenseOutput:
    """The accepted steps of B trajectories, and the solution anywhere in them.

    starts (B, n) at the time span[0]. Steps arrive in blocks, those of one trajectory in the order of time.
    """

    def __init__(self, tableau: IntegrationMethod, starts: Float[np.ndarray, "B n"], span: tuple[float, float]) -> None:
        self._tableau = tableau
        self._starts = starts
        self._span = span
        self._blocks: list[AcceptedSteps] = []
        self._places: Int[np.ndarray, "k"] | None = None

    def add(self, steps: AcceptedSteps) -> None:
        """Keep a block."""
        self._blocks.append(steps)
        self._places = None

    def steps(self) -> AcceptedSteps:
        """Everything kept, trajectory by trajectory."""
        return AcceptedSteps(*(self._ordered(name) for name in AcceptedSteps._fields))

    def ends(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k"], Float[np.ndarray, "k n"]]:
        """Which trajectory, t1 and z1 of every step, trajectory by trajectory."""
        return self._ordered("sample"), self._ordered("t1"), self._ordered("z1")

    def _ordered(self, name: str) -> np.ndarray:
        """One column of all steps, trajectory by trajectory."""
        size = self._starts.shape[1]
        row = {"z0": (size,), "z1": (size,), "stages": (self._tableau.stages, size)}.get(name, ())
        nothing = np.zeros((0, *row), dtype=np.int64 if name == "sample" else np.float64)
        whole: np.ndarray = np.concatenate([nothing, *(getattr(block, name) for block in self._blocks)])
        ordered: np.ndarray = whole[self._order()]
        return ordered

    def _order(self) -> Int[np.ndarray, "k"]:
        """The places of all steps, trajectory by trajectory; remembered until more arrive."""
        if self._places is None:
            samples = np.concatenate([np.zeros(0, dtype=np.int64), *(block.sample for block in self._blocks)])
            smallest = np.min_scalar_type(len(self._starts))  # few bits are sorted by counting
            self._places = np.argsort(samples.astype(smallest), kind="stable")
        return self._places

    def at(self, times: Float[np.ndarray, "T"]) -> Float[np.ndarray, "B T n"]:
        """The states at `times`, in any order; NaN where a trajectory has not come. ValueError outside the span."""
        lower, upper = sorted(self._span)
        outside = times[~((lower <= times) & (times <= upper))]
        if outside.size:
            raise ValueError(
                f"t = {outside[0]:g} lies outside the time span from {self._span[0]:g} to {self._span[1]:g}"
            )
        order = np.argsort(times if self._span[1] > self._span[0] else -times, kind="stable")
        sampled = Sampled(self._tableau, self._starts, self._span, times[order])
        for block in self._blocks:
            sampled.add(block)
        states = np.empty_like(sampled.z)
        states[:, order] = sampled.z
        return states
