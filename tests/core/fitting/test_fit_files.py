"""What an experiment file says of a fit, where it cannot be used; and a loss that is no number."""

from __future__ import annotations

import warnings

import pytest

import core
from core.codec import decode
from core.experiment_file_error import ExperimentFileError

HEAD = """format = "implicit-explorer"
version = 1
[experiment]
text = "x' = -k*x\\nk = 1 in [0, 2]\\nstart 1\\nt in [0, 1]"
"""


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("[experiment.fit.data]\nt = [0, 1]\nx = [1, inf]", r"fit\.data\.x: entry 2 is inf.* write nan where nothing"),
        ("[experiment.fit.data]\nt = [0, 1]\nx = [nan, nan]", r"fit\.data: holds no number beside the times"),
        ("[experiment.fit.data]\nt = []\nx = []", r"fit\.data: holds no number beside the times"),
        (
            "[experiment.gradient.options.backsolve]\ncheckpoints = true",
            r"options\.backsolve\.checkpoints: must be a number, not True",
        ),
        ("[experiment.values]\nfloat = 'a'", r"experiment\.values\.float: must be a number"),
    ],
)
def test_an_entry_that_cannot_be_used_is_told_by_its_key(entry: str, sentence: str) -> None:
    with pytest.raises(ExperimentFileError, match=sentence):
        decode(HEAD + entry)


def test_a_loss_that_overflows_says_so() -> None:
    text = "x' = -k*x\nk = 1 in [0, 2]\nstart 1\nt in [0, 1]"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = core.fit(core.parse(text), ["k"], data={"t": [0.5, 1.0], "x": [1e308, 1.0]})
    assert str(found.outcome) == "ended because the loss overflowed: the distances are too large to be squared"
