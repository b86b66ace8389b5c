"""The loss over a plane of weights against losses that are known exactly."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.experiment import Experiment, Integration, RootFinding
from core.plane_directions import principal_plane, random_plane
from core.readings import LossSlice, TrainingProgress
from core.request import Request, Viewport
from core.runner import frames
from core.stored_tensor import StoredTensor
from core.training.material import material
from core.training.session import TrainingSession
from core.training_choice import Training
from core.training_state import TrainingTask
from core.weight_plane import SLICE_PLANE, flat

SQUARES = {"data": "minus_x", "loss": "squares", "points": 30, "test_points": 10, "batch": 30, "output": "y"}
FLOW = "z in R^2\nt in [0, 1]\nflow normal(2)\n"
READOUT = "y = V z + c\nlearn V = normal(1, 2, seed 1)\nlearn c = normal(1, seed 2)"


def equation() -> Experiment:
    """y = V e^(A t) (x, 0) + c with V and c learnt: A turns, so that at t = 1 both components count."""
    text = f"z' = [[0, -1], [1, 0]] z\nz in R^2\nt in [0, 1]\n{READOUT}"
    tight = Integration(method="dop853", rtol=1e-9, atol=1e-9)
    return Experiment(text, training=Training(**SQUARES, iterations=9, rate=0.1, optimiser="sgd"), integration=tight)


def layer() -> Experiment:
    """y = V z + c at z = z/2 + (x, x), which is 2 (x, x)."""
    text = f'z <- z/2 + [[1], [1]] x\nz in R^2\nx = data "x" as batch\n{READOUT}'
    root = RootFinding(solver="newton", tolerance=1e-13)
    tensors = {"x": StoredTensor.of(np.zeros((2, 1)))}
    return Experiment(text, tensors=tensors, training=Training(**SQUARES, iterations=9, rate=0.01), root=root)


def features(experiment: Experiment, x: np.ndarray) -> np.ndarray:
    """(N, 2): where the layer ends."""
    if experiment.text.startswith("z <-"):
        return 2.0 * np.concatenate([x, x], axis=1)
    return np.concatenate([np.cos(1.0) * x, np.sin(1.0) * x], axis=1)


def reading_of(experiment, plane=None, viewport=None, quality="full") -> LossSlice:
    """The last one."""
    asked = Request(experiment, frozenset({LossSlice}), viewport, quality, plane=plane)
    last = list(frames(asked))[-1]
    assert last.error is None
    assert LossSlice not in last.absent
    return last.get(LossSlice)


def trained(experiment, iterations):
    """Iterations, weights and losses on the way, and the experiment with the last weights."""
    session, path = TrainingSession(experiment), []
    for _ in range(iterations):
        path.append(session.stored())
        session.advance()
    path.append(session.stored())
    later = replace(experiment, tensors={**experiment.tensors, **session.stored()})
    return list(range(iterations + 1)), path, session.state().curves.loss, later


def over_grid(reading, loss):
    """`loss` of all weights of the grid, from its definition v + (a - a(v)) d_1 + (b - b(v)) d_2."""
    across, up = np.meshgrid(reading.x - reading.place[0], reading.y - reading.place[1])
    return loss, across[..., None] * reading.plane.directions[0] + up[..., None] * reading.plane.directions[1]


@pytest.mark.parametrize("experiment", [equation(), layer()], ids=["equation", "layer"])
def test_a_loss_that_is_quadratic_in_the_weights_is_that_quadratic(experiment):
    iterations, path, _, later = trained(experiment, 6)
    reading = reading_of(later, principal_plane(iterations, path))
    _, train, _ = material(experiment)
    design = np.column_stack([features(experiment, train.x), np.ones(len(train.x))])
    _, moved = over_grid(reading, None)
    answers = (flat(path[-1]) + moved) @ design.T
    exact = ((answers - train.y[:, 0]) ** 2).mean(axis=-1)
    assert reading.values.shape == exact.shape
    assert np.allclose(reading.values, exact, rtol=1e-7, atol=1e-9)
    assert reading.loss == pytest.approx(((design @ flat(path[-1]) - train.y[:, 0]) ** 2).mean(), rel=1e-7)
    assert (reading.points, reading.about) == (30, "squares")


def test_a_matched_flow_that_is_linear_in_its_weights_is_a_quadratic_too():
    text = FLOW + "z' = W z + b\nlearn W = normal(2, 2, seed 1)\nlearn b = normal(2, seed 2)"
    training = Training(data="eight_gaussians", loss="flow_matching", points=40, test_points=10, batch=40)
    reading = reading_of(Experiment(text, training=training))
    assert reading.plane.random
    _, train, _ = material(Experiment(text, training=training))
    generator = torch.Generator().manual_seed(0)
    base = torch.randn((40, 2), generator=generator, dtype=torch.float64).numpy()
    share = torch.rand((40, 1), generator=generator, dtype=torch.float64).numpy()
    z = (1.0 - share) * train.x + share * base
    system = TrainingSession(Experiment(text, training=training)).stored()
    _, moved = over_grid(reading, None)
    weights = flat(system) + moved
    slopes = np.einsum("yxij,nj->yxni", weights[..., :4].reshape(*weights.shape[:2], 2, 2), z) + weights[..., None, 4:]
    assert np.allclose(reading.values, ((slopes - (base - train.x)) ** 2).mean(axis=(-1, -2)), rtol=1e-10)


def test_the_likelihood_of_a_flow_of_two_equations_is_the_known_one():
    text = (
        "z' = a*z + b\nz in R^2\nt in [0, 1]\nflow normal(2)\nlearn a = normal(2, seed 1)\nlearn b = normal(2, seed 2)"
    )
    training = Training(data="eight_gaussians", loss="likelihood", points=30, test_points=10)
    tight = Integration(method="dop853", rtol=1e-10, atol=1e-10)
    experiment = Experiment(text, training=training, integration=tight)
    reading = reading_of(experiment)
    _, train, _ = material(experiment)
    _, moved = over_grid(reading, None)
    weights = (flat(TrainingSession(experiment).stored()) + moved)[..., None, :]
    a, b = weights[..., :2], weights[..., 2:]
    z = np.exp(a) * train.x + b * np.expm1(a) / a
    exact = (0.5 * z**2 + 0.5 * np.log(2.0 * np.pi) - a).sum(axis=-1).mean(axis=-1)
    assert np.allclose(reading.values, exact, rtol=1e-7)


def test_where_the_path_lies_in_the_plane_the_loss_is_that_of_the_curve():
    # the learning curve is of the batch: of all points, and nothing regularises it
    iterations, path, losses, later = trained(networks.classifier(points=40, batch=40, loss="huber"), 12)
    some = [0, 5, 12]  # three states have a plane of their own
    plane = principal_plane([iterations[k] for k in some], [path[k] for k in some])
    assert plane.shares.sum() == pytest.approx(1.0, abs=1e-12)
    for seen, k in zip(plane.path[:-1], some[:-1], strict=True):
        (a, b), size = seen.tolist(), 1e-3
        # the middle of the grid lies on the state
        around = Viewport(*SLICE_PLANE, (a - size, a + size), (b - size, b + size))
        reading = reading_of(later, plane, around)
        middle = [len(line) // 2 for line in (reading.y, reading.x)]
        assert reading.values[middle[0], middle[1]] == pytest.approx(losses[k], rel=1e-6)


def test_it_goes_through_the_weights_at_hand_and_leaves_them_as_they_are():
    experiment = networks.equilibrium(points=40, batch=40)
    iterations, path, losses, _ = trained(experiment, 8)
    plane = principal_plane(iterations, path)
    earlier = replace(experiment, tensors={**experiment.tensors, **path[3]})
    reading = reading_of(earlier, plane)
    assert np.allclose(reading.place, plane.path[3], atol=1e-9)
    assert reading.loss == pytest.approx(losses[3], rel=1e-6)
    assert not np.allclose(
        plane.directions.T @ plane.path[3] + flat(path[-1]), flat(path[3])
    )  # it lies beside the plane


@pytest.mark.parametrize(
    "experiment",
    [networks.classifier(kinetic=0.5, jacobian=0.2), networks.flow(kinetic=0.5), networks.flow(trace="gaussian")],
)
def test_what_regularises_or_estimates_is_not_in_it(experiment):
    plain = replace(experiment, training=replace(experiment.training, kinetic=0.0, jacobian=0.0, trace="exact"))
    with_it, without = (reading_of(one, quality="preview") for one in (experiment, plain))
    assert with_it.loss == without.loss
    coarsest = [one.values[:: 8 // one.step, :: 8 // one.step] for one in (with_it, without)]  # the others take time
    assert np.array_equal(*coarsest)


def test_where_nothing_can_be_solved_there_is_no_loss():
    text = "z' = a*z^2 + b\nz in R^1\nt in [0, 1]\nlearn a = normal(1, seed 1)\nlearn b = normal(1, seed 2)"
    training = Training(data="minus_x", loss="squares", points=10, test_points=4)
    wide = Viewport(*SLICE_PLANE, (-20.0, 20.0), (-20.0, 20.0))
    reading = reading_of(Experiment(text, training=training), viewport=wide)
    known = np.isfinite(reading.values)
    assert 0.05 < known.mean() < 0.95  # z' = 3 z^2 + 3 is at infinity before t = 1


def test_heights_are_counted_from_0_where_the_loss_spans_decades():
    wide = Viewport(*SLICE_PLANE, (-30.0, 30.0), (-30.0, 30.0))
    near = Viewport(*SLICE_PLANE, (-0.1, 0.1), (-0.1, 0.1))
    far, close = (reading_of(layer(), viewport=one) for one in (wide, near))
    assert np.nanmax(far.values) > 100.0 * np.nanmin(far.values)
    assert far.floor == 0.0
    assert close.floor == np.nanmin(close.values)
    for reading in (far, close):
        assert len(reading.levels) == len(reading.lines) > 3
        assert (np.diff(reading.levels) > 0.0).all()


def test_a_preview_is_coarser_and_a_finer_grid_keeps_what_was_known():
    asked = Request(networks.classifier(), frozenset({LossSlice}))
    seen = {id(found): found for frame in frames(asked) if (found := frame.get(LossSlice)) is not None}
    steps = [found.step for found in seen.values()]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] == 8
    first, *_, last = seen.values()
    stride = first.step // last.step
    assert np.array_equal(first.values, last.values[::stride, ::stride])


def test_while_it_learns_it_is_computed_at_the_begin_of_a_request_and_at_its_end():
    asked = Request(networks.classifier(), frozenset({LossSlice, TrainingProgress}), training=TrainingTask())
    found = list(frames(asked))
    end = next(place for place, frame in enumerate(found) if frame.get(TrainingProgress).end)
    shown = [frame.get(LossSlice) for frame in found]
    assert 0 < end < len(found) - 1
    assert shown[0].step >= shown[-1].step
    assert not any(shown[1:end])
    assert shown[0].loss != shown[-1].loss


def test_at_rest_it_comes_coarse_first():
    asked = Request(
        networks.classifier(), frozenset({LossSlice, TrainingProgress}), training=TrainingTask(iterations=0)
    )
    found = list(frames(asked))
    steps = [frame.get(LossSlice).step for frame in found if frame.get(LossSlice) is not None]
    assert steps[0] == 8
    assert steps[-1] < 8
    assert [frame.final for frame in found] == [False] * (len(found) - 1) + [True]
    assert all(frame.get(TrainingProgress).state.iteration == 0 for frame in found)


def test_what_has_no_plane_is_told():
    nothing = list(frames(Request(networks.classifier(data=""), frozenset({LossSlice}))))[-1]
    assert "nothing is learnt" in nothing.absent[LossSlice]
    text = "z' = a*z\nz in R^1\nt in [0, 1]\nlearn a = normal(1, seed 1)"
    training = Training(data="minus_x", loss="squares", points=10, test_points=4)
    alone = list(frames(Request(Experiment(text, training=training), frozenset({LossSlice}))))[-1]
    assert "no plane" in alone.absent[LossSlice]


def test_a_plane_of_other_weights_is_not_taken():
    plane = random_plane({"W": StoredTensor.of(np.ones((2, 2)))}, 1)
    reading = reading_of(equation(), plane, quality="preview")
    assert reading.plane.random
    assert reading.plane.directions.shape == (2, 3)
