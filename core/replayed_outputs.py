"""Which of a solve's steps gives which of the states that its loss takes, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .deferred import deferred
from .dense_output import interpolant
from .gradient_method import SolvedTrajectory

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")


class ReplayedOutputs:
    """The states at the output times, or at the end of the span, step by step.

    Output times (B, T) are those of the solve, or one for each trajectory, the end of its last step. A state is the
    end of a step where it lies there, and else what the dense output says inside; where the forward run did not come
    it is NaN, by a sum, so that a loss that looks there has no gradient either.
    """

    def __init__(self, solve: SolvedTrajectory) -> None:
        times, sign = solve.times, 1.0 if solve.span[1] > solve.span[0] else -1.0
        self._ends_only, (count, last) = solve.at is None, (len(times), times.shape[1] - 1)
        at = times[:, -1:] if solve.at is None else np.broadcast_to(solve.at, (count, len(solve.at)))
        reached = times[:, -1:] == solve.span[1] if solve.at is None else sign * at <= sign * times[:, -1:]
        at = np.where(sign * at <= sign * times[:, -1:], at, times[:, -1:])
        place = _places(sign * times, sign * at).clip(max=last)
        t0, t1 = (np.take_along_axis(times, index, axis=1) for index in ((place - 1).clip(min=0), place))
        theta = (at - t0) / np.where(t0 != t1, t1 - t0, 1.0)
        share, weights = interpolant(solve.method, theta)
        self._shape = at.shape
        self._order = np.argsort(place, axis=None, kind="stable")
        self._first = np.searchsorted(place.reshape(-1)[self._order], np.arange(last + 2))
        like = solve.start
        self._sample = np.repeat(np.arange(count), at.shape[1])[self._order]
        self._inside = (at != t1).reshape(-1)[self._order]
        self._share, self._weights, self._width = (
            torch.as_tensor(column.reshape(at.size, -1)[self._order], dtype=like.dtype, device=like.device)
            for column in (share, weights, t1 - t0)
        )
        nothing = np.where(reached, 0.0, np.nan)[..., None]
        self._nothing = torch.as_tensor(nothing, dtype=like.dtype, device=like.device)

    def at_start(self, start: Float[Tensor, "B n"]) -> Float[Tensor, "m n"]:
        """Those that are the start."""
        return _taken(start, self._sample[: self._first[1]])

    def of_step(
        self,
        index: int,
        rows: Int[np.ndarray, "r"] | None,
        z0: Float[Tensor, "r n"],
        z1: Float[Tensor, "r n"],
        stages: Float[Tensor, "r s n"],
    ) -> Float[Tensor, "m n"] | None:
        """Those that the step `index` gives; None: none. rows: the trajectories that it moves, None all of them."""
        part = slice(*self._first[index + 1 : index + 3])
        if part.start == part.stop:
            return None
        sample: np.ndarray = self._sample[part]
        row = sample if rows is None else np.searchsorted(rows, sample)
        end, inside = _taken(z1, row), self._inside[part]
        if not inside.any():
            return end
        begin = _taken(z0, row)
        along = torch.einsum("ms,msn->mn", self._weights[part], _taken(stages, row))
        between = begin + self._share[part] * (end - begin) + self._width[part] * along
        return torch.where(self._mask(inside, end), between, end)

    def together(self, parts: Sequence[Tensor]) -> Tensor:
        """(B, n) or (B, T, n) of the states at the start and those of every step that gives some, in order."""
        ordered = torch.cat(list(parts))
        z = _taken(ordered, np.argsort(self._order)).reshape(*self._shape, ordered.shape[1]) + self._nothing
        return z[:, 0] if self._ends_only else z

    def apart(self, v: Tensor) -> list[Tensor]:
        """v, of the shape of `together`, as one tensor (m, n) for the start and one for every step."""
        ordered = v.reshape(-1, v.shape[-1])[self._order]
        return [ordered[first:last] for first, last in zip(self._first[:-1], self._first[1:], strict=True)]

    def _mask(self, inside: Bool[np.ndarray, "m"], like: Tensor) -> Tensor:
        return torch.as_tensor(inside, device=like.device)[:, None]


def _places(times: Float[np.ndarray, "B N1"], at: Float[np.ndarray, "B T"]) -> Int[np.ndarray, "B T"]:
    """The first end of a step that is not before the time; 0 is the start."""
    if bool((times == times[:1]).all() and (at == at[:1]).all()):  # all take the same steps
        return np.broadcast_to(np.searchsorted(times[0], at[0]), at.shape)
    return np.stack([np.searchsorted(row, time) for row, time in zip(times, at, strict=True)])


def _taken(rows: Tensor, index: Int[np.ndarray, "m"]) -> Tensor:
    """rows[index]; the tape keeps no index where that is all of them in order."""
    whole = len(index) == len(rows) and bool((index == np.arange(len(rows))).all())
    return rows if whole else rows[index]
