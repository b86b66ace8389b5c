"""Literals read back as what they stand for, and a torch function carries hostile texts as texts."""

from __future__ import annotations

import ast
import base64
import math
from dataclasses import replace

import numpy as np
import pytest
from hostile_texts import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from core.language import parse
from core.scripting import torch_function
from core.scripting.literals import dictionary, encoded, nested_list, point, quoted, scalar
from core.stored_tensor import StoredTensor


@given(st.text() | st.text(alphabet="\"'\\\\\n ax") | st.sampled_from(HOSTILE))
def test_a_text_reads_back_as_itself(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text
    assert ast.literal_eval(f"[{quoted(text)}, {quoted(text)}]") == [text, text]


def test_a_text_of_several_lines_can_be_read() -> None:
    assert quoted("# Title\nx' = -x\n") == '"""# Title\nx\' = -x\n"""'
    assert quoted("one line") == "'one line'"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_bit_by_bit(number: float) -> None:
    for written in (scalar(number), scalar(np.float64(number))):
        again = ast.literal_eval(written)
        assert (again, math.copysign(1.0, again)) == (number, math.copysign(1.0, number))


@pytest.mark.parametrize(
    ("value", "written"),
    [(3, "3"), (np.int64(3), "3"), (True, "True"), (np.float32(0.5), "0.5"), ("a'b", '"a\'b"'),
     (math.inf, "float('inf')"), (-math.inf, "float('-inf')"), (math.nan, "float('nan')")],
)  # fmt: skip
def test_values_of_every_kind(value: float | str, written: str) -> None:
    assert scalar(value) == written


def test_points_and_dictionaries() -> None:
    assert (point((1, 2.5)), point((1,)), point((0.0,) * 7)) == ("(1.0, 2.5)", "(1.0,)", "(0.0,) * 7")
    assert point((0.0,) * 6 + (-0.0,)) == "(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.0)"
    assert dictionary({"mu": 1 / 3}) == "{'mu': 0.3333333333333333}"


def test_tensors_keep_their_bytes() -> None:
    tensor = StoredTensor.of(np.random.default_rng(0).normal(size=(40, 7)))
    text = encoded(tensor).removeprefix("base64.b64decode(").removesuffix(")").strip()
    assert base64.b64decode(ast.literal_eval(f"({text})")) == tensor.data
    assert np.array(ast.literal_eval(nested_list(tensor.array()))).tobytes() == tensor.data


@pytest.mark.parametrize("grown", ["[norm({}), 1, 2]", "[{}, z][1]", "(z z^T) ({})", "[{}, z, z]^T z", "step({})"])
def test_the_deepest_formulas_are_written_at_once(grown: str) -> None:
    formula = "z"
    for _ in range(30):
        formula = grown.format(formula)
    source = torch_function(parse(f"z' = {formula}\nz in R^3"), {})
    assert isinstance(ast.parse(source).body[-1], ast.FunctionDef)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_of_a_torch_function_is_only_a_text(title: str) -> None:
    system = parse("x' = k*x\nk = 1")
    hostile, innocent = (ast.parse(torch_function(replace(system, title=name), {})) for name in (title, "one\ntwo"))
    found = ast.get_docstring(hostile, clean=False)
    assert found is not None
    assert found.startswith(f"{title}\n\n")
    assert [ast.dump(node) for node in hostile.body[1:]] == [ast.dump(node) for node in innocent.body[1:]]
