"""Steps of a method, many at once, as linear maps: how a derivative goes back over each of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .array_derivatives import ArrayDerivatives
from .implicit_tableau import ImplicitTableau
from .tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Float


class Begun(NamedTuple):
    """k steps: when and how far they go, where they begin, and their s recorded vectors."""

    t0: Float[np.ndarray, "k"]
    h: Float[np.ndarray, "k"]
    z0: Float[np.ndarray, "k n"]
    stages: Float[np.ndarray, "k s n"]


class LinearSteps(ABC):
    """k steps from (k, n) with s recorded vectors each."""

    @abstractmethod
    def back(
        self, v: Float[np.ndarray, "k m n"], told: Float[np.ndarray, "k m s n"] | None
    ) -> tuple[Float[np.ndarray, "k m n"], Float[np.ndarray, "k m s n"]]:
        """d loss / d z0 of m losses with v = d loss / d z1, and what `by_parameters` needs of them.

        told: d loss / d stages, which the loss looks at itself; None: 0.
        """

    @abstractmethod
    def by_parameters(self, shares: Float[np.ndarray, "k s n"], names: Sequence[str]) -> Float[np.ndarray, "k P"]:
        """d loss / d p by every step, from the shares that `back` found for one loss."""


class RungeKuttaSteps(LinearSteps):
    """Y_i = z + h sum_j a_ij k_j, k_i = f(Y_i), J_i = df/dz there. With a' = d loss / d z1 a share is

    d loss / d k_i = h (b_i a' + sum_l a_li J_l^T d loss / d k_l), and a = a' + sum_i J_i^T d loss / d k_i.
    Where the method is implicit, these are linear equations for all stages together.
    Source: Hairer, Lubich, Wanner, Geometric Numerical Integration, VI.4.
    """

    def __init__(self, field: ArrayDerivatives, tableau: Tableau | ImplicitTableau, steps: Begun) -> None:
        self._field, self._numbers, self._h = field, runge_kutta_numbers(tableau), steps.h[:, None, None]
        self.times, self.points = arguments(self._numbers, steps)
        self._jacobians = field.jacobian(self.times, self.points)

    def back(self, v: np.ndarray, told: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """In turn, or all stages at once."""
        shares = (self._in_turn if self._numbers.explicit else self._at_once)(v, told)
        return v + np.einsum("kmip,kipq->kmq", shares, self._jacobians), shares

    def by_parameters(self, shares: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """sum_i (df/dp)^T d loss / d k_i."""
        count, stages, size = self.points.shape
        points, rows = self.points.reshape(-1, size), shares.reshape(-1, size)
        found = self._field.by_parameters(self.times.reshape(-1), points, rows, names)
        return np.asarray(found.reshape(count, stages, -1).sum(axis=1))

    def _in_turn(self, v: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        _, weights, lower, _ = self._numbers
        shares = np.zeros((*v.shape[:2], len(weights), v.shape[2]))
        returned = np.zeros_like(shares)
        for stage in range(len(weights) - 1, -1, -1):
            own = np.tensordot(returned[:, :, stage + 1 :], lower[stage + 1 :, stage], axes=(2, 0))
            shares[:, :, stage] = self._h * (weights[stage] * v + own)
            if told is not None:
                shares[:, :, stage] += told[:, :, stage]
            returned[:, :, stage] = shares[:, :, stage] @ self._jacobians[:, stage]
        return shares

    def _at_once(self, v: np.ndarray, told: np.ndarray | None) -> np.ndarray:
        right = self._h[..., None] * self._numbers.b[:, None] * v[:, :, None]
        if told is not None:
            right = right + told
        count, rows, stages, size = right.shape
        matrix = stage_matrix(self._numbers.a, self._h, self._jacobians).swapaxes(1, 2)
        found = solved_together(matrix, right.reshape(count, rows, -1).swapaxes(1, 2))
        return np.asarray(found.swapaxes(1, 2).reshape(count, rows, stages, size))


class RungeKuttaNumbers(NamedTuple):
    """In floats, a as a full square."""

    c: Float[np.ndarray, "s"]
    b: Float[np.ndarray, "s"]
    a: Float[np.ndarray, "s s"]
    explicit: bool


@cache
def runge_kutta_numbers(tableau: Tableau | ImplicitTableau) -> RungeKuttaNumbers:
    """Of a method."""
    square = np.zeros((tableau.stages, tableau.stages))
    for index, row in enumerate(tableau.a):
        square[index, : len(row)] = [float(number) for number in row]
    nodes, weights = (np.array([float(number) for number in row]) for row in (tableau.c, tableau.b))
    return RungeKuttaNumbers(nodes, weights, square, isinstance(tableau, Tableau))


def arguments(numbers: RungeKuttaNumbers, steps: Begun) -> tuple[np.ndarray, np.ndarray]:
    """Times (k, s) and points (k, s, n) of the stages."""
    points = steps.z0[:, None] + steps.h[:, None, None] * (numbers.a @ steps.stages)
    return steps.t0[:, None] + numbers.c * steps.h[:, None], points


def stage_matrix(
    a: Float[np.ndarray, "s s"], h: Float[np.ndarray, "k 1 1"], jacobians: Float[np.ndarray, "k s n n"]
) -> Float[np.ndarray, "k sn sn"]:
    """I - h (a_ij J_i), block by block."""
    count, stages, size, _ = jacobians.shape
    blocks = (h[..., None, None] * a[:, None, :, None]) * jacobians[:, :, :, None]
    return np.asarray(np.eye(stages * size) - blocks.reshape(count, stages * size, stages * size))


def solved_together(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """NaN where a matrix is singular."""
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return np.full_like(right, np.nan)


def unit_losses(count: int, size: int, with_told: bool) -> Any:
    """(k, n, n) rows that tell a step's matrix dz1/dz0; with_told: and one of zeros."""
    rows = np.eye(size + 1, size) if with_told else np.eye(size)
    return np.broadcast_to(rows, (count, *rows.shape))
