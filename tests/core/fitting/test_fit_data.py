"""Tables of points: what is read, and what is said of the place of a fault."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from time import process_time

import pytest

from core.fit_data import FitData, FitDataError, span_with_data
from core.number_table import TableError, parse_table, read_table


def test_a_table_is_read() -> None:
    table = parse_table("# measured\nt, x, note\n0, 1.5, 7\n\n2, , 8\n1, 3e-1, 9\n")
    assert table["t"] == (0.0, 2.0, 1.0)
    data = FitData.of(table, ("x", "y"))
    assert data.t.tolist() == [0.0, 1.0, 2.0]
    assert data.columns["x"].tolist()[:2] == [1.5, 0.3]
    assert isnan(data.columns["x"][2])
    assert (len(data), data.count, list(data.columns)) == (3, 2, ["x"])


def test_semicolons_let_commas_be_decimal_points(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("t;x\n0,5;1,25\n", encoding="utf-8-sig")
    assert read_table(path) == {"t": (0.5,), "x": (1.25,)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("t,x\n0,1\n1,one", r"line 3, column 2 \(x\): 'one' is not a number"),
        ("t,x\n0,1\n,2", r"line 3, column 1 \(t\): a time is missing"),
        ("t,x\n\n0,1,5", "line 3 has 3 columns, and the first line names 2"),
        ("0,1\n1,2", "line 1, column 1: a name of a column is wanted, not '0'"),
        ("t,x,x\n0,1,2", "line 1, column 3: there are two columns called 'x'"),
        ("t,x", "needs a line of names"),
        ("t,x\n0,1\n1," + "1" * 140_000, "line 3 is no line of a table: field larger than field limit"),
        ("t,x\n0,1\n1,inf", r"line 3, column 2 \(x\): 'inf' is not finite: leave the field empty"),
        ("t,x\n0,1e400", "'1e400' is not finite"),
        ("t,x\n0,1_000", "'1_000' is not a number: write it without signs between the thousands"),
        ("t;x\n0;1.234,5", "'1.234,5' is not a number: write it without signs between the thousands"),
        ('t,x\n0,"1,5"', "'1,5' is not a number: write a decimal point, or put semicolons"),
        ("t,x\n0,5,1,5", "names 2: where commas are decimal points, put semicolons or tabs"),
        ("t,x\n0,1,", "names 2: remove the comma at its end"),
        ("t,x,\n0,1,", "line 1, column 3: a name .* remove it from every line"),
        ("t x\n0 1", "line 1: blanks part no columns: put commas, semicolons or tabs"),
        ("t,x\n" + "0,1\n" * 5001, "the table has more than 5,000 rows, which are the most"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        parse_table(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (",".join(f"c{k}" for k in range(50_000)) + "\n" + "1.25," * 50_000, "50,000 columns, and 1,000 are the most"),
        ("t,x\n" + "0.25,1.5\n" * 390_000, "more than 5,000 rows"),
        ("t\n" + "1\n" * 1_800_000, "more than 5,000 rows"),
        (",".join(f"c{k}" for k in range(900)) + ("\n" + "1," * 900) * 2000, "900 numbers, and 100,000 numbers"),
        ("t,x\n" + ("1," * 900 + "\n") * 2000, "line 2 has 901 columns, and the first line names 2"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path, text: str, sentence: str) -> None:
    path, seconds = tmp_path / "large.csv", []
    path.write_text(text)
    for _ in range(3):
        begun = process_time()
        with pytest.raises(TableError, match=sentence):
            read_table(path)
        seconds.append(process_time() - begun)
    assert min(seconds) < 0.1


def test_tabs_let_commas_be_decimal_points() -> None:
    assert parse_table("t\tx\n0,5\t1,25\n") == {"t": (0.5,), "x": (1.25,)}


@pytest.mark.parametrize(("names", "found"), [("Time,x", "tx"), ("T,x", "tx"), ("t,T", "tT"), ("time,T", "tT")])
def test_the_column_of_times_has_other_names_too(names: str, found: str) -> None:
    assert list(parse_table(f"{names}\n0,1")) == list(found)


@pytest.mark.parametrize(
    ("times", "span"),
    [
        ((1900.0, 1910.0, 1920.0), (1900.0, 1920.0)),
        ((-40.0, -30.0), (-40.0, -30.0)),
        ((0.0, 5.0), (0.0, 10.0)),
        ((12.0, 30.0), (0.0, 30.0)),
        ((-5.0, 1.0), (-5.0, 10.0)),
        ((1900.0,), (0.0, 1900.0)),
        ((), (0.0, 10.0)),
    ],
)
def test_the_span_grows_or_moves_to_the_data(times: tuple[float, ...], span: tuple[float, float]) -> None:
    assert span_with_data({"t": times} if times else {}, (0.0, 10.0)) == span


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"time": [0.0], "x": [1.0]}, "need a column t"),
        ({"t": [0.0], "z": [1.0]}, "the data have z, and none of the components x, y"),
        ({"t": [0.0, 1.0], "x": [1.0]}, "equally long"),
        ({"t": [0.0], "x": [float("nan")]}, "no number beside the times"),
    ],
)
def test_a_table_that_is_no_data_is_refused(table: dict[str, list[float]], sentence: str) -> None:
    with pytest.raises(FitDataError, match=sentence):
        FitData.of(table, ("x", "y"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="not UTF-8"):
        read_table(tmp_path / "picture.csv")
