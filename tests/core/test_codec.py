"""Experiment files: what is saved comes back, and what is not one is refused with a place and a cure."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import catalogue, codec, migrations
from core.budget import Budget
from core.codec import decode, encode
from core.experiment import Descent, Ensemble, Experiment, GradientChoice, Integration, RootFinding, SliderRange
from core.experiment_file_error import ExperimentFileError
from core.module_file import ModuleFile
from core.window_notes import WindowNotes

MINIMAL = 'format = "implicit-explorer"\nversion = 1\n[experiment]\ntext = "x\' = y"\n'
NUMBERS = st.floats(allow_nan=False)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(max_size=30)


@st.composite
def intervals(draw: st.DrawFn, lowest: float | None = None) -> tuple[float, float]:
    lo, hi = sorted((draw(st.floats(lowest, 1e9)), draw(st.floats(lowest, 1e9))))
    return (lo, hi) if lo < hi else (lo, abs(lo) * 2 + 1.0)


@st.composite
def slider_ranges(draw: st.DrawFn) -> SliderRange:
    log = draw(st.booleans())
    lo, hi = draw(intervals(1e-6 if log else -1e9))
    return SliderRange(lo, hi, log, draw(st.none() | FINITE))


INTEGRATIONS = st.builds(
    Integration,
    method=st.sampled_from(sorted(catalogue.tableaus())),
    rtol=st.floats(1e-13, 1e-1),
    atol=st.floats(1e-16, 1e-1),
    step=st.floats(1e-6, 10.0),
    fixed=st.booleans(),
    backward=st.booleans(),
)
HASHES = st.binary(max_size=8).map(lambda data: hashlib.sha256(data).hexdigest())
MODULE_FILES = st.builds(ModuleFile, st.sampled_from(["cell.py", "../a b/ü.py"]), HASHES)
EXPERIMENTS = st.builds(
    Experiment,
    text=st.text(max_size=200),
    values=st.dictionaries(WORDS, NUMBERS, max_size=4),
    modules=st.dictionaries(
        WORDS, st.builds(ModuleFile, st.sampled_from(["cell.py", "../a b/ü.py"]), HASHES), max_size=2
    ),
    ranges=st.dictionaries(WORDS, slider_ranges(), max_size=3),
    starts=st.none() | st.lists(st.lists(NUMBERS, max_size=3).map(tuple), max_size=3).map(tuple),
    span=st.none() | st.tuples(NUMBERS, NUMBERS),
    integration=INTEGRATIONS,
    root=st.builds(
        RootFinding,
        solver=st.sampled_from(sorted(catalogue.root_solvers())),
        rivals=st.lists(st.sampled_from(sorted(catalogue.root_solvers())), max_size=3).map(tuple),
        options=st.sampled_from(
            [{}, {"anderson": {"memory": 3.0, "ridge_kind": "absolute"}}, {"damped": {"beta": 0.25}}]
        ),
        tolerance=st.floats(1e-15, 1e-1),
        criterion=st.sampled_from(["relative", "absolute", "step"]),
        whole_batch=st.booleans(),
        iterations=st.integers(1, 100_000),
    ),
    descent=st.builds(
        Descent,
        methods=st.lists(st.sampled_from(sorted(catalogue.descents())), max_size=3).map(tuple),
        eta=st.floats(1e-6, 10.0),
        beta=st.floats(0.0, 0.999),
        tolerance=st.floats(1e-15, 1e-1),
        iterations=st.integers(1, 100_000),
    ),
    ensemble=st.builds(
        Ensemble,
        on=st.booleans(),
        count=st.integers(1, 200_000),
        seed=st.integers(0, 2**31 - 1),
        box=st.dictionaries(WORDS, intervals(-1e9), max_size=3),
    ),
    gradient=st.builds(
        GradientChoice,
        loss=st.sampled_from(["sum", "half_square"]),
        unrolled=st.integers(1, 200),
        trajectory=st.sampled_from(sorted(catalogue.gradients_about("trajectory"))),
        fixed_point=st.sampled_from(sorted(catalogue.gradients_about("fixed point"))),
        options=st.sampled_from([{}, {"backsolve": {"tightening": 0.25}}, {"unrolled": {"begin": "path"}}]),
    ),
    budget=st.builds(
        Budget, steps=st.integers(1, 10**7), evaluations=st.integers(1, 10**8), seconds=st.floats(0.01, 86_400.0)
    ),
    seed=st.integers(0, 2**31 - 1),
    device=st.sampled_from(["cpu", "cuda"]),
    dtype=st.sampled_from(["float64", "float32"]),
    path=st.sampled_from(["auto", "kernel", "python", "torch"]),
    title=WORDS,
)
NOTES = st.builds(
    WindowNotes,
    description=WORDS,
    axes=st.none() | st.tuples(WORDS, WORDS),
    view=st.dictionaries(WORDS, intervals(-1e9), max_size=3),
    hidden_layers=st.lists(WORDS, max_size=3).map(tuple),
)


@given(EXPERIMENTS, NOTES)
def test_what_is_saved_comes_back(experiment: Experiment, notes: WindowNotes) -> None:
    text = encode(experiment, notes)
    assert decode(text) == (experiment, notes)
    assert encode(*decode(text)) == text


def test_every_field_is_saved() -> None:
    default = encode(Experiment("x' = y"))
    for field in Experiment.__dataclass_fields__:
        # None, which TOML lacks, is left out; tensors lie beside the text; what few experiments have is not told
        assert field in default or field in {"starts", "span", "tensors", "modules", "fit", "training"}


def test_numbers_that_are_none_come_back() -> None:
    experiment, _ = decode(encode(Experiment("x' = y", starts=((float("nan"), float("-inf")),))))
    assert experiment.starts is not None
    assert str(experiment.starts[0]) == "(nan, -inf)"


def test_a_short_file_means_the_defaults() -> None:
    assert decode(MINIMAL) == (Experiment("x' = y"), WindowNotes())


def test_whole_numbers_stand_for_numbers() -> None:
    experiment, _ = decode(MINIMAL + "span = [0, 5]\nvalues = { mu = 2 }\n")
    assert (experiment.span, dict(experiment.values)) == ((0.0, 5.0), {"mu": 2.0})


@pytest.mark.parametrize(
    ("extra", "key", "words"),
    [
        ("valeus = { a = 1 }", "experiment.valeus", "did you mean values?"),
        ('values = { mu = "1" }', "experiment.values.mu", "must be a number, not '1'"),
        ("values = { mu = true }", "experiment.values.mu", "must be a number, not True"),
        ("starts = [1, 2]", "experiment.starts.0", "must be a list"),
        ("span = [1]", "experiment.span", "needs exactly two"),
        ("span = [1, 2, 3]", "experiment.span", "needs exactly two"),
        ("seed = 1.5", "experiment.seed", "must be a whole number"),
        ("seed = -1", "experiment.seed", "between 0 and"),
        ('device = "tpu"', "experiment.device", "must be one of cpu, cuda"),
        ("title = 1979-05-27", "", "is a date or time"),
        ("[experiment.integration]\nrtol = 0", "experiment.integration.rtol", "between 1e-13 and 0.1"),
        ("[experiment.integration]\nrtol = nan", "experiment.integration.rtol", "nan does not"),
        ("[experiment.integration]\nfixed = 1", "experiment.integration.fixed", "must be true or false"),
        ('[experiment.integration]\nmethod = "dopri"', "experiment.integration.method", "did you mean 'dopri5'?"),
        ('[experiment.training]\ndata = "circels"', "experiment.training.data", "circles"),
        ('[experiment.training]\noptimiser = "adm"', "experiment.training.optimiser", "adam"),
        ("[experiment.training]\nrate = 100", "experiment.training.rate", "between 1e-05 and 10"),
        ("[experiment.training]\nrates = 1", "experiment.training.rates", "did you mean rate?"),
        ('[experiment.training]\nloss = "mse"', "experiment.training.loss", "must be one of squares"),
        ("[experiment.training.options.adam]\nbeta3 = 1", "experiment.training.options.adam", "beta2"),
        ("[experiment.training.data_options.circles]\ndisc = 9", "experiment.training.data_options.circles", "between"),
        ('[experiment.root]\nsolver = "newtn"', "experiment.root.solver", "did you mean 'newton'?"),
        ('[experiment.root]\nrivals = ["os.system"]', "experiment.root.rivals", "no root solver 'os.system'"),
        (
            '[experiment.descent]\nmethods = ["adam", "heavy_bal"]',
            "experiment.descent.methods",
            "there is no optimiser",
        ),
        ('[experiment.descent]\nmethods = ["heavy_bal"]', "experiment.descent.methods", "did you mean 'heavy_ball'?"),
        ("[experiment.descent]\nbeta = 1.0", "experiment.descent.beta", "must lie between 0 and 0.999"),
        ("[experiment.descent]\neta = 0.0", "experiment.descent.eta", "must lie between 1e-06 and 10"),
        ("[experiment.root.options.damped]\nbeta = 7.0", "experiment.root.options.damped", "must lie between"),
        ("[experiment.root.options.damped]\nbta = 0.5", "experiment.root.options.damped", "did you mean 'beta'?"),
        ("[experiment.root.options.eval]\nbeta = 0.5", "experiment.root.options", "no root solver 'eval'"),
        (
            '[experiment.gradient]\ntrajectory = "backsolv"',
            "experiment.gradient.trajectory",
            "did you mean 'backsolve'?",
        ),
        ('[experiment.gradient]\ntrajectory = "implicit"', "experiment.gradient.trajectory", "of a trajectory"),
        ('[experiment.gradient]\nfixed_point = "eval"', "experiment.gradient.fixed_point", "no gradient method 'eval'"),
        (
            "[experiment.gradient.options.backsolve]\ntightning = 0.1",
            "experiment.gradient.options.backsolve",
            "did you mean 'tightening'?",
        ),
        (
            "[experiment.gradient.options.backsolve]\ntightening = 2.0",
            "experiment.gradient.options.backsolve",
            "must lie between",
        ),
        ("[experiment.gradient.options.exec]\nk = 1", "experiment.gradient.options.exec", "no gradient method 'exec'"),
        (
            "[experiment.gradient.options.unrolled]\nk = 3",
            "experiment.gradient.options.unrolled.k",
            "write experiment.gradient.unrolled",
        ),
        ('[experiment.gradient]\nloss = "mean"', "experiment.gradient.loss", "must be one of sum, half_square"),
        ('[experiment.integration]\ncontroller = "pip"', "experiment.integration.controller", "did you mean 'pi"),
        ('[experiment.integration]\nmethod = "__init__"', "experiment.integration.method", "no integration method"),
        ("[experiment.budget]\nsteps = 0", "experiment.budget", "greater than 0"),
        ("[experiment.ranges]\nmu = { lo = 2, hi = 1 }", "experiment.ranges.mu", "lo < hi"),
        ("[experiment.ranges]\nmu = { lo = 0, hi = 1, log = true }", "experiment.ranges.mu", "set log = false"),
        ("[experiment.ranges]\nmu = { lo = 0 }", "experiment.ranges.mu.hi", "is missing"),
        ('[window]\naxes = ["x"]', "window.axes", "needs exactly two"),
        ("[window]\nview = { x = [1, 1] }", "window.view.x", "two finite ascending ends"),
        ("[wnidow]", "wnidow", "did you mean window?"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_key(extra: str, key: str, words: str) -> None:
    with pytest.raises(ExperimentFileError) as refusal:
        decode(MINIMAL + extra + "\n")
    assert refusal.value.key == key
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "format"),
        ("x = ", "not TOML"),
        ('format = "other"\nversion = 1', "choose a file that Implicit Explorer saved"),
        (MINIMAL.replace("version = 1", "version = 2"), "update Implicit Explorer"),
        (MINIMAL.replace("version = 1", "version = 0"), "whole number from 1"),
        (MINIMAL.replace("version = 1", "version = true"), "whole number from 1"),
        (MINIMAL.replace("version = 1\n", ""), "whole number from 1"),
        (MINIMAL.split("[experiment]")[0], "experiment: is missing"),
        (MINIMAL + MINIMAL, "not TOML"),
    ],
)
def test_what_is_no_experiment_is_refused(text: str, words: str) -> None:
    with pytest.raises(ExperimentFileError, match=words):
        decode(text)


def test_older_files_are_migrated_in_order() -> None:
    def first(table: migrations.Table) -> migrations.Table:
        return table | {"trail": [*table.get("trail", []), 1]}

    def second(table: migrations.Table) -> migrations.Table:
        return table | {"trail": [*table["trail"], 2]}

    steps = (first, second)
    assert migrations.migrate({"version": 1}, steps) == {"version": 3, "trail": [1, 2]}
    assert migrations.migrate({"version": 2, "trail": []}, steps) == {"version": 3, "trail": [2]}
    assert migrations.migrate({"version": 3}, steps) == {"version": 3}


def test_the_written_version_is_the_newest() -> None:
    assert f"version = {migrations.VERSION}\n" in encode(Experiment("x' = y"))


def test_notes_alone_change_no_experiment() -> None:
    experiment = Experiment("x' = y", title="A")
    shown = WindowNotes(hidden_layers=("field",))
    assert decode(encode(experiment, shown))[0] == decode(encode(experiment))[0] == experiment
    assert decode(encode(replace(experiment, title="B"), shown))[1] == shown


def test_limits_hold_before_parsing() -> None:
    with pytest.raises(ExperimentFileError, match="longer than"):
        decode("#" * (codec.LARGEST + 1))


def test_the_ends_of_an_ensembles_box_ascend() -> None:
    experiment, _ = decode(MINIMAL + "[experiment.ensemble.box]\nx = [-1.0, 1.0]\ny = [2.0, 2.0]\n")
    assert dict(experiment.ensemble.box) == {"x": (-1.0, 1.0), "y": (2.0, 2.0)}
    with pytest.raises(ExperimentFileError, match=r"ensemble\.box\.x"):
        decode(MINIMAL + "[experiment.ensemble.box]\nx = [1.0, -1.0]\n")


def test_a_file_without_an_ensemble_has_it_switched_off() -> None:
    experiment, _ = decode(MINIMAL)
    assert (experiment.ensemble.on, experiment.ensemble.count) == (False, 10_000)


@pytest.mark.parametrize("notes", [WindowNotes(hidden_layers=("a\r\nb",)), WindowNotes(main="a\r\nb")])
def test_a_carriage_return_in_any_name_comes_back(notes: WindowNotes) -> None:
    assert decode(encode(Experiment("x' = 1\n"), notes)) == (Experiment("x' = 1\n"), notes)
