"""When sliders are marked near a fold, what is said, and that marks do not flicker."""

from __future__ import annotations

import numpy as np

from core.experiment import Experiment
from core.language import parse
from core.readings import RootEffects
from core.request import Request
from core.runner import frames
from explorer.fold_watch import FoldWatch
from explorer.slider_scale import slider_scales

NEURON = "z <- tanh(w z + x)\nw = 2 in [0, 3]\nx = 0.3 in [-1, 1]\nidle = 1 in [0, 2]\nstart (1.2)\n"
X_FOLD = 0.532839975353552


def effects(text: str, **values: float) -> RootEffects:
    *_, frame = frames(Request(Experiment(text, values=values), frozenset({RootEffects})))
    found = frame.get(RootEffects)
    assert found is not None
    return found


def said(watch: FoldWatch, text: str, sample: int = 0, **values: float) -> dict[str, str]:
    system = parse(text)
    scales = slider_scales(system, Experiment(text))
    return watch.warnings(effects(text, **values), sample, scales, {**system.defaults(), **values})


def test_only_near_a_fold_and_only_what_matters():
    assert said(FoldWatch(), NEURON) == {}
    near = said(FoldWatch(), NEURON, x=-X_FOLD + 1e-4)
    assert list(near) == ["w", "x"]  # dz/dw · 3 against dz/dx · 2, and dz/dw = z* dz/dx


def test_the_sentence_has_the_numbers():
    x = -X_FOLD + 1e-4
    z = effects(NEURON, x=x).at[0, 0]
    left = 1 - 2 * (1 - z * z)
    slope = (1 - z * z) / left
    sentence = said(FoldWatch(), NEURON, x=x)["x"]
    assert sentence == (
        f"Near a fold: |I − J| = {left:.3g}, dz*/dx = {slope:.3g}: "
        "a small move changes the output a lot or makes it jump."
    )
    assert 20 < slope < 60


def test_two_components_tell_the_condition():
    text = "0 = x^2 + y^2 - r\n0 = x*y - c\nsolve x = 1, y = 0.999\nr = 2.000001 in [0.5, 9]\nc = 1 in [-3, 3]\n"
    sentence = said(FoldWatch(), text)["r"]
    x, y = effects(text).at[0]
    condition = np.linalg.cond([[2 * x, 2 * y], [y, x]])
    two = 2 * (x * x - y * y)
    assert condition > 1e3
    assert sentence.startswith(
        f"Near a fold: cond(I − J) = {int(float(f'{condition:.3g}'))}, |dz*/dr| = {np.hypot(x, y) / abs(two):.3g}: "
    )


def test_a_badly_scaled_problem_is_not_near_a_fold():
    # 1 - J = 0.002 and no slider moves the root far
    assert said(FoldWatch(), "0 = (z^2 - a)/1000\nsolve z = 1\na = 1 in [0, 4]\n") == {}
    # cond(I - J) = 10^6
    assert said(FoldWatch(), "0 = x - a\n0 = (y - a)/1e6\nsolve x = 1, y = 1\na = 1 in [0, 4]\n") == {}


def test_a_mark_that_stands_goes_later_than_it_comes():
    def distance(x: float) -> float:
        return float(effects(NEURON, x=x).distance[0])

    # distances from 1 on either side of 0.1, at which a mark comes, and of 0.2, at which it goes
    between, gone = -0.525, -0.50
    assert 0.1 < distance(between) < 0.2 < distance(gone)
    watch = FoldWatch()
    assert said(watch, NEURON, x=between) == {}
    assert said(watch, NEURON, x=-X_FOLD + 1e-4)
    assert set(said(watch, NEURON, x=between)) <= {"w", "x"} != set()
    assert said(watch, NEURON, x=between)
    assert said(watch, NEURON, x=gone) == {}
    assert said(watch, NEURON, x=between) == {}


def test_at_the_fold_itself_there_is_no_number():
    known = RootEffects(
        ("c",),
        np.zeros((1, 1)),
        np.array([True]),
        np.full((1, 1, 1), np.nan),
        np.array([np.inf]),
        np.zeros(1),
    )
    text = "0 = z^2 - c\nsolve z = 1\nc = 0 in [-1, 1]\n"
    words = FoldWatch().warnings(known, 0, slider_scales(parse(text), Experiment(text)), {"c": 0.0})
    assert words["c"].startswith("At a fold: I − J is singular, and dz*/dc does not exist: ")


def test_an_unsolved_or_unknown_sample_is_silent():
    watch = FoldWatch()
    assert said(watch, NEURON, x=-X_FOLD + 1e-4)
    assert said(watch, NEURON, 1, x=-X_FOLD + 1e-4) == {}
    assert watch.warnings(None, 0, (), {}) == {}
