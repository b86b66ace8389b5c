"""Lanes under way: closing the gaps of those that ended, and how step sizes follow errors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.array_library import NUMPY, TORCH, ArrayLibrary
from core.catalogue import adaptive_controller, tableaus
from core.lane_control import LaneControl
from core.ode_lanes import Lanes
from core.step_controller import StepMemory
from core.stepper import Attempt
from core.telemetry import host

COUNT, PADDED = 13, 16
LIBRARIES = pytest.mark.parametrize("library", [NUMPY, TORCH])


def _lanes(library: ArrayLibrary) -> Lanes:
    rows = np.arange(PADDED).clip(max=COUNT - 1)

    def column(values: np.ndarray) -> np.ndarray | torch.Tensor:
        return values.copy() if library.is_numpy else torch.tensor(values)

    numbers = 1.0 + rows
    return Lanes(
        sample=column(rows),
        t=column(0.1 * numbers),
        h=column(0.01 * numbers),
        end=column(2.0 * numbers),
        target=column(0.2 * numbers),
        z=column(np.stack([numbers, -numbers], axis=1)),
        calls=column(7 * rows),
        rejected=column(rows % 2 == 0),
        memory=(column(numbers[:, None, None] * np.ones((1, 3, 2))),),
    )


@LIBRARIES
@pytest.mark.parametrize("ended", [(0,), (12,), (0, 5, 11, 12), tuple(range(12)), tuple(range(1, 13))])
def test_closing_up_keeps_every_lane_that_goes_on(library: ArrayLibrary, ended: tuple[int, ...]) -> None:
    lanes, gone = _lanes(library), np.isin(np.arange(COUNT), ended)
    mask = gone if library.is_numpy else torch.tensor(gone)
    count = COUNT - len(ended)
    length = count + -count % 4
    closed = lanes.closed_up(library, mask, count, length)
    sample = host(closed.sample)
    assert sorted(sample[:count]) == sorted(set(range(COUNT)) - set(ended))
    assert set(sample[count:]) <= set(sample[:count])
    for name in ("t", "h", "end", "target", "z", "calls", "rejected"):
        assert np.array_equal(host(getattr(closed, name)), host(getattr(lanes, name))[sample]), name
    assert np.array_equal(host(closed.memory[0]), host(lanes.memory[0])[sample])
    assert np.array_equal(host(lanes.sample), host(_lanes(library).sample))  # records may look at the old ones


@LIBRARIES
@pytest.mark.parametrize("name", ["pi", "i", "pid", "h211b"])
def test_step_sizes_follow_the_formulas_of_the_controller(library: ArrayLibrary, name: str) -> None:
    controller, order = adaptive_controller(name)(), tableaus()["dopri5"].error_order
    control = LaneControl(controller, library, order)
    lanes = control.opened(_lanes(library))
    smallest, largest = controller.limits
    memory = [StepMemory(1e-4, 1e-4, 1.0)] * PADDED
    held = host(lanes.rejected)
    for errors in np.random.default_rng(0).uniform(-12.0, 2.0, (5, PADDED)):
        ratios = 10.0**errors
        error = ratios if library.is_numpy else torch.tensor(ratios)
        accepted = error <= 1.0
        made = Attempt(lanes.z, None, error, (), 6)
        factor, lanes = control.adjusted(lanes, made, error, accepted, None)
        for lane, ratio in enumerate(ratios):
            before = memory[lane]
            if ratio <= 1.0:
                wanted = controller.after_acceptance(max(ratio, 1e-10), before, order)
                wanted = min(max(wanted, smallest), 1.0 if held[lane] else largest)
                memory[lane] = StepMemory(max(ratio, 1e-4), before.previous, wanted)
            else:
                wanted = max(controller.after_rejection(ratio, order), smallest)
                memory[lane] = before._replace(growth=before.growth * wanted)
            assert float(factor[lane]) == pytest.approx(wanted, rel=1e-12)
