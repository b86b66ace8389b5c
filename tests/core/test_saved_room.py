"""What is saved can be opened again: a document that could not is refused before anything is written."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from core import codec
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.fit_choice import FitChoice
from core.number_table import LONGEST_NAME, MOST_COLUMNS, TableError, parse_table
from core.stored_tensor import StoredTensor
from core.table_data import check_table
from core.training_choice import Training

TEXT = "x' = a x\nlearn a = ones(1)[1]\n"
LONG = {f"c{k}": (-1.2345678901234567e-300,) * 5000 for k in range(8)}
"""More than a file has room for."""


def with_table(names: list[str]) -> Experiment:
    return Experiment(TEXT, training=Training(data="table", table=dict.fromkeys(names, (0.0,) * 4)))


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (Experiment(TEXT, fit=FitChoice(data={"t": tuple(range(5000)), **LONG})), "larger than the 1,000,000 bytes"),
        (Experiment(TEXT + "# é\n" * 240_000), "larger than the 1,000,000 bytes"),
        (
            Experiment(TEXT, tensors={f"W{k}": StoredTensor.of(np.ones(1)) for k in range(65)}),
            "65 tensors, and at most 64",
        ),
        (Experiment(TEXT, tensors={"W" * 65: StoredTensor.of(np.ones(1))}), "needs a name of 1 to 64 letters"),
        (
            Experiment(TEXT, tensors={f"W{k}": StoredTensor.of(np.ones(3_000_000)) for k in range(3)}),
            "tensors are larger than the 64,000,000 bytes",
        ),
    ],
)
def test_what_could_not_be_opened_is_not_written(tmp_path: Path, experiment: Experiment, words: str) -> None:
    path = tmp_path / f"own{codec.suffix_for(experiment)}"
    path.write_text("before")
    with pytest.raises(ExperimentFileError, match=words):
        codec.save(path, experiment)
    assert [one.read_text() for one in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize("name", ["", "a\nb", "a\x1b[2J", "a\u202eb", "a\u2028b", "\ud800", "a" * (LONGEST_NAME + 1)])
def test_a_column_has_a_name_that_a_line_can_show(name: str) -> None:
    with pytest.raises(TableError, match=r"the name of column 2 is .*: give it 1 to 64 letters"):
        check_table({"x": (0.0,), name: (0.0,)})
    if name and "\ud800" not in name:
        with pytest.raises(ExperimentFileError, match=r"experiment\.training\.table: the name of column 2"):
            codec.decode(codec.encode(with_table(["x", name])))


def test_columns_are_as_many_as_a_document_keeps() -> None:
    many = [f"c{k:x>{LONGEST_NAME - 1}}" for k in range(MOST_COLUMNS)]
    whole = with_table(many)
    assert codec.fits(codec.encode(whole))
    assert codec.decode(codec.encode(whole))[0] == whole
    with pytest.raises(ExperimentFileError, match="1,001 columns, and 1,000 are the most"):
        codec.decode(codec.encode(with_table([*many, "one"])))
    with pytest.raises(TableError, match="column 2 is 'b"):
        parse_table(f"a,{'b' * 65}\n1,2\n")


def test_the_name_of_a_tables_file_is_a_line() -> None:
    for made in (Training(table_source="a\nb\ud800.csv"), FitChoice(source="a\nb\ud800.csv")):
        again = pickle.loads(pickle.dumps(made))
        assert again == made
        assert "a?b?.csv" in (getattr(again, "table_source", ""), getattr(again, "source", ""))
    assert len(Training(table_source="a" * 1000).table_source) == 255
