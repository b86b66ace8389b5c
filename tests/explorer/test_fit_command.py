"""`python main.py fit` without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import codec
from main import main


def test_a_fit_is_printed_and_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "fitted.toml"
    assert main(["fit", "lynx_hare", "--hold", "d", "--save", str(saved)]) == 0
    told = capsys.readouterr().out
    assert "the fit stands at a minimum of the loss" in told
    assert "start x = " in told
    assert "\nd = " not in told
    experiment, _ = codec.load(saved)
    assert set(experiment.values) == {"a", "b", "c"}
    assert experiment.starts is not None
    assert experiment.fit.held == ("d",)


def test_points_come_from_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "points.csv"
    table.write_text("t,y\n1,0.7357588823428847\n2,0.2706705664732254\n")
    text = "y' = -k*y\nk = 2 in [0.1, 3]\nstart 2\nt in [0, 2]"
    assert main(["fit", text, "--data", str(table), "--method", "gauss_newton"]) == 0
    assert capsys.readouterr().out.startswith("k = 1.00000")


def test_times_in_years_begin_at_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, saved = tmp_path / "years.csv", tmp_path / "fitted.toml"
    table.write_text("year,y\n".replace("year", "time") + "1900,2\n1901,0.7357588823428847\n1902,0.2706705664732254")
    text = "y' = -k*y\nk = 2 in [0.1, 3]\nstart 2\nt in [0, 2]"
    assert main(["fit", text, "--data", str(table), "--save", str(saved)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The trajectory starts at the first time, t = 1900.\nk = 1.00000")
    assert codec.load(saved)[0].span == (1900.0, 1902.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["lotka_volterra"], "give --data"),
        (["lynx_hare", "--method", "adm"], "did you mean 'adam'"),
        (["lynx_hare", "--hold", "z"], "no parameter 'z'"),
        (["lynx_hare", "--data", "nowhere.csv"], "cannot be read"),
        (
            ["lynx_hare", "--set", "a=99"],
            "give --set another value, hold it by --hold a, or widen the range in the text",
        ),
    ],
)
def test_bad_usage_is_one_line(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in told.err
    assert told.err.count("\n") == 1


def test_a_layer_has_no_points_over_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "points.csv"
    table.write_text("t,z\n1,0.7\n2,0.2\n")
    assert main(["fit", "neuron", "--data", str(table)]) == 2
    told = capsys.readouterr().err
    assert "fitted by a differential equation, and this is an implicit layer" in told
    assert "=" not in told.replace("x' = -k*x", "")


def test_a_parameter_that_is_held_may_lie_outside_its_range(tmp_path: Path) -> None:
    table = tmp_path / "points.csv"
    table.write_text("t,y\n1,0.7357588823428847\n2,0.2706705664732254\n")
    text = "y' = -k*y + 0*c\nk = 2 in [0.1, 3]\nc = 1 in [0, 2]\nstart 2\nt in [0, 2]"
    assert main(["fit", text, "--data", str(table), "--set", "c=5", "--hold", "c"]) == 0
