"""What a person names becomes the experiment they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import core
from core.codec import save
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.experiment_source import check_source, read_source, with_settings
from core.language import FormulaError, parse
from core.presets import load_preset

TEXT = "# Decay\nx' = -k*x\nk = 2 in [0, 5]\nmu = 1 in [0, 5]\nstart (1)\nt in [0, 3]\n"


def test_a_file_a_formula_file_and_a_preset_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved = Experiment(TEXT, values={"k": 0.5})
    save("decay.toml", saved)
    Path("decay.txt").write_text(TEXT)
    assert read_source("decay.toml")[0] == saved
    assert read_source("decay.txt")[0] == Experiment(TEXT)
    assert "cubic" in read_source("spiral")[0].text.lower()
    save("spiral", saved)  # a file in the working folder comes before a preset of its name
    assert read_source("spiral")[0].text.startswith("format =")


def test_what_is_nowhere_is_refused_with_the_nearest() -> None:
    with pytest.raises(ExperimentFileError, match="no preset 'spirall'; did you mean 'spiral'"):
        read_source("spirall")


@pytest.mark.parametrize("text", ["z'", "x'' + x", "z' - y"])
def test_a_prime_tells_a_formula_from_a_file(text: str) -> None:
    assert read_source(text)[0] == Experiment(text)
    with pytest.raises(FormulaError, match="line 1, column"):
        check_source(text)
    with pytest.raises(ExperimentFileError, match="no file and no preset"):
        read_source("anna's.toml")


def test_settings_change_parameters() -> None:
    experiment = with_settings(Experiment(TEXT, values={"mu": 3.0}), parse(TEXT), ["k=0.25", " mu = -1e-2 "])
    assert dict(experiment.values) == {"k": 0.25, "mu": -0.01}


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("m=1", "did you mean 'mu'"),
        ("mu", "name=value"),
        ("mu=two", "needs a number, not 'two'"),
        ("=3", "no parameter ''"),
    ],
)
def test_a_bad_setting_is_refused(setting: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        with_settings(Experiment(TEXT), parse(TEXT), [setting])


def test_settings_change_how_a_network_learns() -> None:
    experiment, _ = load_preset("concentric_circles")
    system = parse(experiment.text)
    training = with_settings(experiment, system, ["rate=1e-2", "batch=32", "optimiser=sgd"]).training
    assert (training.rate, training.batch, training.optimiser) == (0.01, 32, "sgd")
    experiment, _ = load_preset("digits_equilibrium")
    system = parse(experiment.text, experiment.tensors)
    assert with_settings(experiment, system, ["warm_start=True"]).training.warm_start


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("rte=1", "no parameter or setting of learning 'rte'; did you mean 'rate'"),
        ("rate=fast", "rate needs a number, not 'fast'"),
        ("rate=100", "rate must lie between"),
        ("batch=2.5", "batch must be a whole number"),
        ("warm_start=maybe", "warm_start is true or false, not 'maybe'"),
        ("optimiser=adamm", "did you mean 'adam'"),
        ("loss=square", "loss must be one of squares"),
        ("data=circle", "did you mean 'circles'"),
        ("options=1", "no parameter or setting of learning"),
        ("warm_start=true", "warm_start has no effect"),
    ],
)
def test_a_bad_setting_of_learning_is_refused(setting: str, words: str) -> None:
    experiment, _ = load_preset("concentric_circles")
    with pytest.raises((ValueError, TypeError), match=words):
        with_settings(experiment, parse(experiment.text), [setting])


def test_what_learns_nothing_has_no_settings_of_learning() -> None:
    with pytest.raises(ValueError, match="there is no parameter 'rate'"):
        with_settings(Experiment(TEXT), parse(TEXT), ["rate=1"])


def test_check_takes_a_formula_too(tmp_path: Path) -> None:
    assert check_source("x' = -x")[1].components == ("x",)
    (tmp_path / "a=b.txt").write_text(TEXT)
    assert check_source(str(tmp_path / "a=b.txt"))[1].title == "Decay"
    with pytest.raises(FormulaError) as fault:
        check_source("x' = y +")
    assert fault.value.line == 1


def test_load_gives_the_system_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "decay.toml"
    save(path, Experiment(TEXT, values={"k": 0.5}, starts=((3.0,),), span=(1.0, 2.0), title="Slower"))
    system = core.load(path)
    assert system.defaults() == {"k": 0.5, "mu": 1.0}
    assert (system.starts, system.span, system.title) == (((3.0,),), (1.0, 2.0), "Slower")
    assert system.key == parse(TEXT).key
    run = core.integrate(system, system.starts[0], t=system.span)
    assert run.z[-1, 0] == pytest.approx(3.0 * 2.718281828459045**-0.5, rel=1e-6)
