"""A layer that a Python file computes, as a text says it."""

from __future__ import annotations

import pytest

from core.language import FormulaError, latex, parse, to_text

TEXT = 'z <- Cell(z, x)\nz in R^4\nCell = module "cell.py"\nx = [0.3, 0.1]\ngain = 0.9 in [0, 2]\n'


def test_a_text_names_the_file_and_what_its_callable_is_given() -> None:
    system = parse(TEXT)
    assert system.module is not None
    assert (system.module.file, system.module.attribute) == ("cell.py", "Cell")
    assert [to_text(argument) for argument in system.module.arguments] == ["z", "x"]
    assert system.components == ("z[1]", "z[2]", "z[3]", "z[4]")
    assert system.defaults() == {"gain": 0.9}
    assert to_text(system.equations[0].expression) == "Cell(z, x)"


def test_the_echo_says_which_file_computes_it() -> None:
    lines = latex(parse(TEXT.replace("cell.py", "my_cells/cell$1.py")))
    assert lines[0] == r"z \leftarrow \mathrm{Cell}\left(z, x\right)"
    assert lines[1] == r"\mathrm{Cell} \text{ from my-cells/cell-1.py}"


def test_a_name_in_the_file_may_be_another() -> None:
    module = parse('z <- f(z)\nf = module "deep/cell.py:_Own"').module
    assert module is not None
    assert (module.name, module.file, module.attribute) == ("f", "deep/cell.py", "_Own")


def test_the_key_tells_files_and_names_apart() -> None:
    texts = [TEXT, TEXT.replace("cell.py", "other.py"), TEXT.replace("cell.py", "cell.py:Other")]
    assert len({parse(text).key for text in texts}) == 3
    assert parse(TEXT).key == parse(TEXT.replace("0.9", "0.5")).key


def test_the_word_is_a_name_elsewhere() -> None:
    assert parse("module = 2\nz <- module*z").module is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('z <- Cell z\nCell = module "c.py"', "its call stands alone"),
        ('z <- 2 Cell(z)\nCell = module "c.py"', "its call stands alone"),
        ('z <- Cell(z) + 1\nCell = module "c.py"', "its call stands alone"),
        ('z <- Cell(Cell(z))\nCell = module "c.py"', "its call stands alone"),
        ('z <- Cell(z)\nCell = module "c.py"\na = Cell + 1', "its call stands alone"),
        ('z <- 0.5 z\nCell = module "c.py"', "no line calls Cell"),
        ('x\' = Cell(x)\nCell = module "c.py"', "makes a layer with one unknown"),
        ('0 = Cell(x)\nsolve x = 1\nCell = module "c.py"', "makes a layer with one unknown"),
        ('z <- Cell(z)\ny <- z\nCell = module "c.py"', "makes a layer with one unknown"),
        ('z <- f(z)\nf = module "c.py"\ng = module "d.py"', "a text has one Python module"),
        ('z <- f(z)\nf = module "c.pyc"', "is no Python file"),
        ('z <- f(z)\nf = module "c.py:os.system"', "is no name in a Python file"),
        ('z <- f(z)\nf = module "c.py"\nz in C', "takes real numbers"),
        ('z <- f(z, y)\nf = module "c.py"', "unknown name 'y'"),
        ('z <- f(z)\nf = module "c.py"\nf = 2', "f is defined twice"),
        ('z <- tanh(z)\ntanh = module "c.py"', "tanh"),
    ],
)
def test_what_makes_no_layer_is_refused_at_its_place(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words) as fault:
        parse(text)
    assert fault.value.line >= 1
