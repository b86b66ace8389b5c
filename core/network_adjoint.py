"""Backpropagation through the steps of an explicit Runge-Kutta method along a dense network, from recorded stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .callable_field import CallableField, network_of
from .deferred import deferred
from .dense_output import AcceptedSteps
from .device import is_processor
from .gradient_method import Backward, ByHand, Cotangent, SolvedTrajectory
from .network_pullback import NetworkPullback
from .output_jumps import output_jumps
from .tableau import Tableau
from .tracing.dense_network import DenseNetwork
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

_TOGETHER = 512
"""Trajectories that go back side by side: enough for products of matrices to be fast, few enough to bound memory."""
_NUMBERS = 200_000
"""What the points of a block may keep, but for the stages of one step of trajectories side by side."""
_SHARE = 3
"""A block has no more than this part of all points: together they would keep twice what a tape does."""
_FEW = 110_000
"""Numbers up to which a block may keep two fifths of all points, which is still no more than a tape keeps."""


def network_by_hand(field: VectorField, device: str, dtype: str) -> ByHand | None:
    """What `Discrete` may use instead of a tape: of a network of linear layers on the processor; else None."""
    if not isinstance(field, CallableField) or not is_processor(device):
        return None
    network = network_of(field)
    if network is None or network.dtype != dtype:
        return None
    return _ByHand(network, {id(weight): name for name, weight in field.weights.items()})


@dataclass(frozen=True)
class _ByHand:
    """names: of the weights, by the identity of their tensors."""

    network: DenseNetwork
    names: dict[int, str]

    def __call__(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward | None:
        """The gradient with respect to the start and the weights in `inputs`."""
        own = self.network.tensors
        names = [(self.names[id(weight)], self.names.get(id(bias), "")) for weight, bias in own]
        recorded = solve.dense is not None and isinstance(solve.method, Tableau)
        if not recorded or not inputs.keys() <= {name for pair in names for name in pair}:
            return None
        tensors = [
            (inputs.get(name, weight), None if bias is None else inputs.get(other, bias))
            for (name, other), (weight, bias) in zip(names, own, strict=True)
        ]
        wanted = [(name in inputs, other in inputs) for name, other in names]
        with torch.no_grad(), np.errstate(all="ignore"):  # of a lost trajectory
            return _backward(solve, cotangent, NetworkPullback(self.network.outline, tensors, wanted), names, inputs)


def _backward(
    solve: SolvedTrajectory,
    cotangent: Cotangent,
    pullback: NetworkPullback,
    names: list[tuple[str, str]],
    inputs: Inputs,
) -> Backward:
    assert solve.dense is not None
    way = _Way(solve, solve.dense.steps(), cotangent(solve.z))
    start = way.back(pullback)
    grads = {name: torch.zeros_like(tensor) for name, tensor in inputs.items()}
    for pair, found in zip(names, pullback.gradients, strict=True):
        for name, gradient in zip(pair, found, strict=True):
            if gradient is not None:
                grads[name] += gradient  # a layer may stand in the network twice
    return Backward(
        at=solve.z,
        grads={**grads, "start": start},
        evaluations=way.calls,
        products=way.calls,
        held_bytes=way.held_bytes(pullback),
    )


class _Jumps(NamedTuple):
    """`OutputJumps` in the dtype of the network, the stages first."""

    starts: Float[np.ndarray, "B n"]
    z0: Float[np.ndarray, "N n"]
    z1: Float[np.ndarray, "N n"]
    stages: Float[np.ndarray, "s N n"]


class _Way:
    """The steps of B trajectories, to be gone back.

    With Y_i = z + h sum_j a_ij k_j, k_i = f(Y_i), J_i = df/dz there and a' = d loss / d z1:
    d loss / d k_i = h (b_i a' + sum_l a_li J_l^T d loss / d k_l), a = a' + sum_i J_i^T d loss / d k_i.
    Trajectories are sorted by their number of steps and go side by side, each from its own last step on: those that
    have not yet come to their start are always the first ones. The network is evaluated at all stages of several steps
    at once, and d loss / d weights of these is one product of matrices for each layer.
    Source: Hairer, Lubich, Wanner, Geometric Numerical Integration, VI.4.
    """

    def __init__(self, solve: SolvedTrajectory, steps: AcceptedSteps, v: Tensor) -> None:
        tableau, self._type = solve.tableau, v.numpy().dtype
        count = np.bincount(steps.sample, minlength=len(v))
        self._last = np.cumsum(count) - 1
        self._order = np.argsort(-count, kind="stable")
        self._counts = count[self._order]
        self._jumps: _Jumps | None = None
        self._a = v.numpy()
        weights, lower = (np.array(part) for part in _numbers(tableau))
        needed = weights != 0.0
        if solve.at is not None:
            self._a = _of_the_lost(steps, solve.at, solve.span, v).numpy()
            *ends, stages = output_jumps(tableau, steps, solve.at, solve.span, v.double().numpy())
            parts = (*ends, np.ascontiguousarray(stages.swapaxes(0, 1)))
            self._jumps = _Jumps(*(part.astype(self._type) for part in parts))
            needed |= True
        for stage in range(len(needed) - 1, -1, -1):  # what a needed stage is made of
            needed[:stage] |= needed[stage] & (lower[stage, :stage] != 0.0)
        self._used = np.flatnonzero(needed)
        width = steps.t1 - steps.t0
        points = steps.z0[:, None] + width[:, None, None] * (lower[self._used] @ steps.stages)
        self._points = torch.from_numpy(points.reshape(-1, points.shape[2]).astype(self._type, copy=False))
        self._width = width.astype(self._type)[:, None]
        # row i: factors of what came back from the stages after i, and of a'
        rows = np.concatenate([lower[np.ix_(self._used, self._used)].T, weights[self._used, None]], axis=1)
        self._factors = [row[place + 1 :].astype(self._type) for place, row in enumerate(rows)]
        self.calls = len(self._used) * int(count.max(initial=0))
        self._recorded = sum(part.nbytes for part in steps if part is not None)

    def _together(self, pullback: NetworkPullback) -> int:
        """Trajectories side by side."""
        return min(_TOGETHER, max(1, self._part(pullback) // len(self._used)))

    def _most_rows(self, pullback: NetworkPullback) -> int:
        """Points of a block."""
        return min(_NUMBERS // pullback.numbers, self._part(pullback))

    def _part(self, pullback: NetworkPullback) -> int:
        few = min(_FEW // pullback.numbers, 2 * len(self._points) // 5)
        return max(few, len(self._points) // _SHARE)

    def held_bytes(self, pullback: NetworkPullback) -> int:
        """The recorded steps, their points, and the largest block that there may be."""
        one = len(self._used) * min(self._together(pullback), len(self._order))
        block = max(one, self._most_rows(pullback)) * pullback.numbers
        return self._recorded + (self._points.numel() + block) * self._points.element_size()

    def back(self, pullback: NetworkPullback) -> Float[Tensor, "B n"]:
        """d loss / d start."""
        found = np.empty_like(self._a)
        together = self._together(pullback)
        for first in range(0, len(self._order), together):
            mates = self._order[first : first + together]
            found[mates] = self._side_by_side(pullback, mates, self._counts[first : first + together])
        return torch.from_numpy(found if self._jumps is None else found + self._jumps.starts)

    def _side_by_side(self, pullback: NetworkPullback, mates: Int[np.ndarray, "m"], counts: np.ndarray) -> np.ndarray:
        stages = len(self._used)
        kept = np.zeros((stages + 1, len(mates), self._a.shape[1]), self._type)
        kept[-1] = self._a[mates]
        for block in _blocks(counts, self._most_rows(pullback) // stages):
            rows = [self._last[mates[:among]] - step for step, among in block]
            places = np.concatenate([stages * row + stage for row in rows for stage in range(stages)])
            pullback.open(self._points[torch.from_numpy(places)])
            first = 0
            for row in rows:
                self._step(pullback, kept, row, first)
                first += stages * len(row)
            pullback.close()
        found: np.ndarray = kept[-1]
        return found

    def _step(
        self, pullback: NetworkPullback, kept: Float[np.ndarray, "s1 m n"], rows: Int[np.ndarray, "r"], first: int
    ) -> None:
        """One step of the first trajectories; its points lie from `first` on, stage by stage."""
        among, (_, _, size), jumps = len(rows), kept.shape, self._jumps
        flat = kept.reshape(len(kept), -1)[:, : among * size]
        if jumps is not None:
            kept[-1, :among] += jumps.z1[rows]
        width = self._width[rows]
        for place in range(len(self._used) - 1, -1, -1):
            slope = (self._factors[place] @ flat[place + 1 :]).reshape(among, size)
            slope *= width
            if jumps is not None:
                slope += jumps.stages[self._used[place]][rows]
            begin = first + place * among
            pullback.product(slice(begin, begin + among), slope, kept[place, :among])
        flat[-1] += flat[:-1].sum(0)
        if jumps is not None:
            kept[-1, :among] += jumps.z0[rows]


def _blocks(counts: Int[np.ndarray, "m"], rows: int) -> Iterator[list[tuple[int, int]]]:
    """Steps, 0 the last, and how many trajectories take each; so many of them at once as have about `rows` rows.

    counts: of the steps of each trajectory, the most first.
    """
    block: list[tuple[int, int]] = []
    for step in range(int(counts[0])):
        among = int(np.count_nonzero(counts > step))
        if block and sum(number for _, number in block) + among > rows:
            yield block
            block = []
        block.append((step, among))
    if block:
        yield block


def _of_the_lost(
    steps: AcceptedSteps, at: Float[np.ndarray, "T"], span: tuple[float, float], v: Float[Tensor, "B T n"]
) -> Float[Tensor, "B n"]:
    """NaN in the components whose states at times after a trajectory's last end the loss looks at, else 0."""
    sign = 1.0 if span[1] > span[0] else -1.0
    reached = np.full(len(v), sign * span[0])
    np.maximum.at(reached, steps.sample, sign * steps.t1)
    lost = torch.from_numpy(sign * at > reached[:, None])[:, :, None]
    return torch.zeros_like(v[:, 0]).masked_fill((lost & (v != 0.0)).any(dim=1), torch.nan)


def _numbers(tableau: Tableau) -> tuple[list[float], list[list[float]]]:
    """b, and a as a full square, in floats."""
    stages = tableau.stages
    lower = [[float(number) for number in row] + [0.0] * (stages - len(row)) for row in tableau.a]
    return [float(number) for number in tableau.b], lower
