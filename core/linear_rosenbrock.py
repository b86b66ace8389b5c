"""Steps of a Rosenbrock method, many at once, as linear maps: their Jacobians are differentiated with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .array_derivatives import ArrayDerivatives
from .linear_steps import Begun, LinearSteps
from .rosenbrock_form import product
from .rosenbrock_tableau import RosenbrockTableau

if TYPE_CHECKING:
    from jaxtyping import Float


class RosenbrockSteps(LinearSteps):
    """(I - h gamma J) U_i = h gamma (f(Y_i) + h gamma_i df/dt) + gamma sum_j c_ij U_j, Y_i = z + sum_j a_ij U_j,

    z1 = z + sum_i m_i U_i; recorded are U_i / h. With the share w_i = (I - h gamma J)^-T d loss / d U_i of a stage,
    d loss / d U_j = m_j a' + sum_(i>j) (h gamma a_ij J_i^T w_i + gamma c_ij w_i), and a = a' + the sum over the stages
    of h gamma J_i^T w_i and of the derivative of w_i^T (h gamma J U_i + h^2 gamma gamma_i df/dt) by z.
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.7, differentiated.
    """

    def __init__(self, field: ArrayDerivatives, tableau: RosenbrockTableau, steps: Begun) -> None:
        numbers = self._numbers = rosenbrock_numbers(tableau)
        self._field, self._steps = field, steps
        h = self._h = steps.h[:, None, None]
        self._increments = h * steps.stages
        self._times = steps.t0[:, None] + numbers.nodes * steps.h[:, None]
        self._points = steps.z0[:, None] + numbers.arguments @ self._increments
        self._jacobians = field.jacobian(self._times, self._points)
        here = field.jacobian(steps.t0, steps.z0)
        size = steps.z0.shape[1]
        self._back = np.linalg.inv(np.eye(size) - h * numbers.gamma * here) if np.isfinite(here).all() else None

    def back(self, v: np.ndarray, told: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """The last stage first; `told` is of the recorded U_i / h."""
        numbers, h = self._numbers, self._h
        count, rows, size = v.shape
        stages = len(numbers.weights)
        shares = np.zeros((count, rows, stages, size))
        if self._back is None:
            return np.full_like(v, np.nan), np.full_like(shares, np.nan)
        returned = np.zeros_like(shares)
        for stage in range(stages - 1, -1, -1):
            after = slice(stage + 1, None)
            own = numbers.weights[stage] * v
            own = own + np.tensordot(returned[:, :, after], numbers.arguments[after, stage], axes=(2, 0))
            own = own + np.tensordot(shares[:, :, after], numbers.couplings[after, stage], axes=(2, 0))
            if told is not None:
                own = own + told[:, :, stage] / h
            shares[:, :, stage] = own @ self._back
            returned[:, :, stage] = h * numbers.gamma * (shares[:, :, stage] @ self._jacobians[:, stage])
        bent, _ = self._bent(shares, ())
        return v + returned.sum(axis=2) + bent.reshape(shares.shape).sum(axis=2), shares

    def by_parameters(self, shares: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """h gamma (df/dp)^T w_i at the arguments, and of the Jacobian at the start."""
        count, stages, size = shares.shape
        weighted = self._h * self._numbers.gamma * shares
        points, rows = self._points.reshape(-1, size), weighted.reshape(-1, size)
        found = self._field.by_parameters(self._times.reshape(-1), points, rows, names)
        _, bent = self._bent(shares[:, None], names)
        return np.asarray((found + bent).reshape(count, stages, -1).sum(axis=1))

    def _bent(self, shares: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Of w_i^T (h gamma J U_i + h^2 gamma gamma_i df/dt), row by row."""
        numbers, h, shape = self._numbers, self._h, shares.shape
        reach = numbers.gamma * h[..., None]
        along = np.broadcast_to(reach * self._increments[:, None], shape)
        moment = np.broadcast_to(reach[..., 0] * h * numbers.shares, shape[:3])
        start = np.broadcast_to(self._steps.z0[:, None, None], shape)
        t = np.broadcast_to(self._steps.t0[:, None, None], shape[:3])
        z, u, w = (array.reshape(-1, shape[-1]) for array in (start, along, shares))
        return self._field.bent(t.reshape(-1), z, u, moment.reshape(-1), w, names)


class RosenbrockNumbers(NamedTuple):
    """In floats. arguments a_ij and couplings gamma c_ij of the increments; shares: gamma_i of df/dt."""

    gamma: float
    nodes: Float[np.ndarray, "s"]
    shares: Float[np.ndarray, "s"]
    arguments: Float[np.ndarray, "s s"]
    couplings: Float[np.ndarray, "s s"]
    weights: Float[np.ndarray, "s"]


@cache
def rosenbrock_numbers(tableau: RosenbrockTableau) -> RosenbrockNumbers:
    """Of a method, in the form of its increments."""
    inverted = tableau.inverse
    gamma = float(tableau.gamma[0][0])
    arguments = np.array([[float(x) for x in row] for row in product(tableau.alpha, inverted)])
    couplings = -gamma * np.tril(np.array([[float(x) for x in row] for row in inverted]), -1)
    (weights,) = product([tableau.b], inverted)
    nodes, shares = (np.array([float(x) for x in row]) for row in (tableau.nodes_of_time, tableau.shares_of_time))
    return RosenbrockNumbers(gamma, nodes, shares, arguments, couplings, np.array([float(x) for x in weights]))
