"""Nothing typed runs, hangs, or takes the machine's memory."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hostile import HARMLESS, REFUSED
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language import FormulaError, System, array_field, array_jacobian, latex, parse, python_field

ROOT = Path(__file__).parents[3]


def shown(text: str) -> str:
    return text[:40].encode("unicode_escape").decode()


@pytest.mark.parametrize("text", REFUSED, ids=shown)
def test_refused_with_a_place_and_a_cure_in_time(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert time.perf_counter() - begun < 2.0
    fault = caught.value
    assert 1 <= fault.line <= text.count("\n") + 1
    assert 1 <= fault.column <= len(text) + 1
    assert fault.message
    assert fault.cure
    assert len(str(fault)) < 500


@pytest.mark.parametrize("text", HARMLESS, ids=shown)
def test_extreme_mathematics_is_only_numbers(text: str) -> None:
    begun = time.perf_counter()
    system = parse(text)
    rates = array_field(system)(0.0, np.ones(system.size), list(system.defaults().values()))
    slopes = array_jacobian(system)(0.0, np.ones(system.size), list(system.defaults().values()))
    assert time.perf_counter() - begun < 2.0
    assert rates.shape == (system.size,)
    assert slopes.shape == (system.size, system.size)


PIECES = [
    "x", "y", "k", "z", "A", "t", "e", "i", "pi", "sin", "max", "norm", "normal", "eye", "seed 1", "'", "=", "(", ")",
    "[", "]", ",", "+", "-", "*", "/", "^", "**", "<", "<-", "==", "1", "2.5", "1e9", "\n", " ", "#", '"', "in", "R^2",
    "start ", "view ", "log", "step 1", "unit", "over ", "minimise ", "subject to ", "when ", ":", "flow ", "0 = ",
    "learn ", "C", "^T", "x' = ", "z' = A z\n", "k = 1\n", "A = [[1, 2], [3, 4]]\n", "dx/dt = ", "if(", "dW", "μ", "²",
    ".", ";", "\t", "@",
]  # fmt: skip


def outcome(text: str) -> System | FormulaError:
    try:
        return parse(text)
    except FormulaError as fault:
        return fault


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=400)
def test_any_mixture_is_a_system_or_an_error_with_a_place(text: str) -> None:
    found = outcome(text)
    if isinstance(found, FormulaError):
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1
        assert found.message
        assert found.cure
    else:
        z, p = np.full(found.size, 0.5), list(found.defaults().values())
        assert array_field(found)(0.0, z, p).shape == (found.size,)
        assert array_jacobian(found)(0.0, z, p).shape == (found.size, found.size)
        assert len(python_field(found)(0.0, z.tolist(), p)) == found.size
        assert len(latex(found)) == len(found.equations) + len(found.helpers)


def test_there_are_more_than_sixty() -> None:
    assert len(set(REFUSED)) >= 60


def test_no_text_reaches_the_interpreter_the_disk_or_the_network() -> None:
    script = """
import resource, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from hostile import HARMLESS, REFUSED
from core.language import FormulaError, parse
parse("x' = x")  # imports and caches of the parser itself
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seen = []
WATCHED = ("open", "exec", "compile", "import", "os.", "subprocess.", "socket.", "ctypes.", "shutil.", "pickle.")
sys.addaudithook(lambda event, arguments: seen.append(event) if event.startswith(WATCHED) else None)
for text in REFUSED + HARMLESS:
    try:
        parse(text)
    except FormulaError:
        pass
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(sorted(set(seen)), grown < 512)
open("/dev/null").close()
print("open" in seen)
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(ROOT), str(Path(__file__).parent)],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    assert result.stdout.splitlines() == ["[] True", "True"]
