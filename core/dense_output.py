"""The solution between two steps, from the stages that were computed anyway."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .integration_method import IntegrationMethod
from .problem import span_ends
from .tableau import Tableau
from .telemetry import Steps, host

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


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
    share, weights = interpolant(tableau, theta)
    return np.asarray(weights + share[..., None] * np.array([float(weight) for weight in tableau.b]))


def interpolant(
    method: IntegrationMethod, theta: Float[np.ndarray, "..."]
) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "... s"]]:
    """c(theta) and w_i(theta) of the state inside a step, z(t0 + theta h) = z0 + c (z1 - z0) + h sum_i w_i k_i.

    c is 0 where the method has a dense output; else this is the cubic Hermite polynomial.
    """
    theta = np.asarray(theta, dtype=np.float64)
    if method.dense is not None:
        coefficients = dense_coefficients(method)
        powers = theta[..., None] ** np.arange(1, coefficients.shape[0] + 1)
        return np.zeros_like(theta), np.asarray(powers @ coefficients)
    weights = np.zeros((*theta.shape, method.stages))
    weights[..., 0] = theta * (theta - 1.0) ** 2
    weights[..., method.end_stage or 0] += theta**2 * (theta - 1.0)
    return theta * theta * (3.0 - 2.0 * theta), weights


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
    """Accepted steps on the host; shapes as in `telemetry.Steps`.

    cut (k,): the time up to which each step counts, where an event ended some of them inside; None: t1 of all.
    """

    sample: Int[np.ndarray, "k"]
    t0: Float[np.ndarray, "k"]
    t1: Float[np.ndarray, "k"]
    z0: Float[np.ndarray, "k n"]
    z1: Float[np.ndarray, "k n"]
    stages: Float[np.ndarray, "k s n"]
    cut: Float[np.ndarray, "k"] | None = None

    @classmethod
    def of(cls, steps: Steps) -> AcceptedSteps:
        """The accepted ones of a block."""
        accepted, every = np.flatnonzero(host(steps.accepted)), cls.attempts(steps)
        return every if len(accepted) == len(steps) else every.take(accepted)

    @classmethod
    def attempts(cls, steps: Steps) -> AcceptedSteps:
        """All of a block, for those who take the accepted ones themselves."""
        return cls(*(host(getattr(steps, name)) for name in cls._fields[:-1]))

    @property
    def until(self) -> Float[np.ndarray, "k"]:
        """Where each step ends: at t1, or at an event before it."""
        return self.t1 if self.cut is None else self.cut

    def take(self, rows: Int[np.ndarray, "m"]) -> AcceptedSteps:
        """The steps `rows`, in that order."""
        return AcceptedSteps(*(None if column is None else column[rows] for column in self))  # type: ignore[arg-type]

    def last(self, tableau: IntegrationMethod) -> Float[np.ndarray, "k n"]:
        """The state at the end of each step."""
        if self.cut is None:
            return self.z1
        inside = np.flatnonzero(self.cut != self.t1)
        ends = self.z1.copy()
        ends[inside] = self.take(inside).states(tableau, self.cut[inside])
        return ends

    def states(self, tableau: IntegrationMethod, times: Float[np.ndarray, "k"]) -> Float[np.ndarray, "k n"]:
        """The state at one time in each step; at t0 and t1 the step's own, which is more exact than its interpolant."""
        theta = (times - self.t0) / (self.t1 - self.t0)
        states = interpolate(tableau, self.t0, self.t1, self.z0, self.z1, self.stages, theta[:, None])[:, 0]
        ends = times == self.t1
        states[ends] = self.z1[ends]
        return states


class Sampled:
    """States at given times, filled in as steps arrive, which are not kept.

    span: (t0, t1), or (2, B). times (T,) in the direction of the span, or (B, T), each row in that of its trajectory.
    z (B, T, n): NaN where no step has come yet. At the time of an event it is the state before it.
    """

    def __init__(
        self,
        tableau: IntegrationMethod,
        starts: Float[np.ndarray, "B n"],
        span: tuple[float, float] | Float[np.ndarray, "2 B"],
        times: Float[np.ndarray, "..."],
    ) -> None:
        self._tableau = tableau
        begin, end = span_ends(span, len(starts))
        self._signs = np.where(end > begin, 1.0, -1.0)
        shared = isinstance(span, tuple) and times.ndim == 1
        self._times = times if shared else np.broadcast_to(times, (len(starts), times.shape[-1]))
        self.z = np.full((len(starts), times.shape[-1], starts.shape[1]), np.nan)
        row, place = np.nonzero(times == begin[:, None])
        self.z[row, place] = starts[row]

    def add(self, steps: AcceptedSteps, accepted: Bool[np.ndarray, "k"] | None = None) -> None:
        """Evaluate the dense output wherever a step passes one of the times, its end included.

        accepted: which of the steps count; None: all.
        """
        first = self._passed(steps.sample, steps.t0)
        count = np.maximum(self._passed(steps.sample, steps.until) - first, 0)
        if accepted is not None:
            count *= accepted
        row = np.repeat(np.arange(len(count)), count)
        if not row.size:
            return
        place = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        inside = steps.take(row)
        times = self._times[place] if self._times.ndim == 1 else self._times[inside.sample, place]
        self.z[inside.sample, place] = inside.states(self._tableau, times)

    def _passed(self, sample: Int[np.ndarray, "k"], t: Float[np.ndarray, "k"]) -> Int[np.ndarray, "k"]:
        """How many of a trajectory's times lie at t or before it on its way."""
        if self._times.ndim == 1:
            sign = self._signs[0] if len(self._signs) else 1.0
            found: Int[np.ndarray, "k"] = np.searchsorted(sign * self._times, sign * t, side="right")
            return found
        sign, last = self._signs[sample], self._times.shape[1] - 1
        low, high = np.zeros(len(t), dtype=np.int64), np.full(len(t), last + 1)
        while (low < high).any():  # halving, each in its own row of times
            middle = (low + high) // 2
            passed = sign * self._times[sample, np.minimum(middle, last)] <= sign * t
            low, high = np.where((low < high) & passed, middle + 1, low), np.where(passed, high, middle)
        return low


class DenseOutput:
    """The accepted steps of B trajectories, and the solution anywhere in them.

    starts (B, n) at the time span[0]; span (t0, t1), or (2, B). Steps arrive in blocks, those of one trajectory in the
    order of time.
    """

    def __init__(
        self,
        tableau: IntegrationMethod,
        starts: Float[np.ndarray, "B n"],
        span: tuple[float, float] | Float[np.ndarray, "2 B"],
    ) -> None:
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
        return AcceptedSteps(*(self._ordered(name) for name in (*AcceptedSteps._fields[:-1], "until")))

    def ends(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k"], Float[np.ndarray, "k n"]]:
        """Which trajectory, and the time and state at the end of every step, trajectory by trajectory."""
        size = self._starts.shape[1]
        states = np.concatenate([np.zeros((0, size)), *(block.last(self._tableau) for block in self._blocks)])
        return self._ordered("sample"), self._ordered("until"), states[self._order()]

    def begins(self) -> tuple[Float[np.ndarray, "k"], Float[np.ndarray, "k n"]]:
        """The time and state at the beginning of every step, trajectory by trajectory."""
        return self._ordered("t0"), self._ordered("z0")

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

    def at(self, times: Float[np.ndarray, "..."]) -> Float[np.ndarray, "B T n"]:
        """The states at `times`, (T,) or (B, T), in any order; NaN where a trajectory has not come.

        ValueError outside the span; where each trajectory has its own, for times (T,), outside all of them.
        """
        begin, end = span_ends(self._span, len(self._starts))
        lower, upper = np.minimum(begin, end)[:, None], np.maximum(begin, end)[:, None]
        if times.ndim == 1:
            lower, upper = lower.min(), upper.max()
        outside = times[~((lower <= times) & (times <= upper))]
        if outside.size:
            way = f"from {begin[0]:g} to {end[0]:g}" if isinstance(self._span, tuple) else "of its trajectory"
            raise ValueError(f"t = {outside[0]:g} lies outside the time span {way}")
        if times.ndim == 1 and isinstance(self._span, tuple):
            order = np.argsort(times if end[0] > begin[0] else -times, kind="stable")
            states = self._sampled(times[order])
            states[:, order] = states.copy()
            return states
        times = np.broadcast_to(times, (len(self._starts), times.shape[-1]))
        order = np.argsort(np.where(end > begin, 1.0, -1.0)[:, None] * times, axis=1, kind="stable")
        sampled = self._sampled(np.take_along_axis(times, order, axis=1))
        states = np.empty_like(sampled)
        np.put_along_axis(states, order[..., None], sampled, axis=1)
        return states

    def _sampled(self, times: Float[np.ndarray, "..."]) -> Float[np.ndarray, "B T n"]:
        """The states at times in the direction of the span."""
        sampled = Sampled(self._tableau, self._starts, self._span, times)
        for block in self._blocks:
            sampled.add(block)
        return sampled.z
