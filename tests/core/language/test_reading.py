"""How lines are read: every verb, brackets over lines, signs from a keyboard or a page, and each syntax fault."""

from __future__ import annotations

import pytest

from core.language import FormulaError, parse, to_text


def fault(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.cure
    return caught.value


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("subject to G z <= h, z >= 0", 1),
    ],
)
def test_lines_of_later_versions_are_read_and_refused_by_name(text: str, column: int) -> None:
    error = fault(f"# title\n{text}\nv' = 1")
    assert (error.line, error.column) == (2, column)
    assert "is read, but this version cannot solve it" in error.message


@pytest.mark.parametrize(
    "word", ["start", "view", "over", "solve", "when", "flow", "data", "seed", "unit", "to", "batch", "stop", "falling"]
)
def test_words_of_the_language_may_be_names(word: str) -> None:
    system = parse(f"{word}' = -k*{word}\nk = 1\nstart ({2})")
    assert system.components == (word,)
    assert system.starts == ((2.0,),)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("x − 2·x", "x - 2*x"),
        ("2×x", "2*x"),
        ("if(x ≤ 1, x, −x)", "if(x <= 1, x, -x)"),
        ("if(x ≥ 1, x ≠ 2, 0)", "if(x >= 1, x != 2, 0)"),
        ("(x +\n  1)*2", "(x + 1)*2"),
        ("[1, # one\n 2][1]*x", "[1, 2][1]*x"),
        (".5x", "0.5*x"),
        ("2.x", "2*x"),
        ("1e-2x", "0.01*x"),
        ("2exp(x)", "2*exp(x)"),
        ("log (x)", "log(x)"),
        ("2x(x - 1) [1, 2][1]", "2*x*(x - 1)*[1, 2][1]"),
        ("if(x <-1, 1, 0)", "if(x < (-1), 1, 0)"),
    ],
)
def test_other_ways_to_write_the_same(written: str, plain: str) -> None:
    assert parse(f"x' = {written}").equations == parse(f"x′ = {plain}").equations


@pytest.mark.parametrize("line", ["dx/dt = -x", "d x/dt = -x", "x′ = -x", "x’ = -x", "x'=-x"])
def test_ways_to_write_a_derivative(line: str) -> None:
    assert parse(line).key == parse("x' = -x").key


def test_windows_line_ends() -> None:
    assert parse("x' = y\r\ny' = -x\r\n").components == ("x", "y")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x' = y + # and?", 1, 9, "ends after '+'"),
        ("x' = ", 1, 5, "ends after '='"),
        ("x", 1, 2, "write x' = ... or x = ..."),
        ("x' = * y", 1, 6, "value is missing before '*'"),
        ("x' = sin()", 1, 6, "takes 1 argument, not 0"),
        ("x' = max(x,)", 1, 12, "value is missing before ')'"),
        ("x' = (,x)", 1, 7, "value is missing before ','"),
        ("x' = x, y' = 1", 1, 7, "comma separates nothing"),
        ("x' = y'", 1, 7, "left of '='"),
        ("x' = 0 < x < 1", 1, 12, "second comparison"),
        ("x' = x in [0, 1]", 1, 8, "only a parameter has a range"),
        ('x\' = x "speed"', 1, 8, "description follows a parameter"),
        ("x' = k\nk = 1 in [0, 2] steps 3", 2, 17, "no option of a slider"),
        ("x' = k\nk = 1 in [0, 2] log log", 2, 1, "twice"),
        ("x + y = 3", 1, 3, "beginning of a line"),
        ("= 3", 1, 1, "cannot begin with '='"),
        ("(x) = 3", 1, 1, "cannot begin with '('"),
        ("x' = (x]", 1, 8, "cannot close the '('"),
        ("x' = [x", 1, 6, "never closed"),
        ("x' = x\ny' = ((x)\nz' = 1", 2, 6, "never closed"),
        ("x' = foo(x, 2)", 1, 6, "unknown function 'foo'"),
        ("x' = sine(x)", 1, 6, "did you mean sin?"),
        ("x' = (x, 2)", 1, 6, "[1, 2] for a vector"),
        ("x' = |x|", 1, 6, "abs(x)"),
        ("x' = 5%", 1, 7, "mod(a, b)"),
        ("x' = x²", 1, 7, "write ^2"),
        ("x' = х", 1, 6, "did you mean x?"),
        ("x' = ｘ", 1, 6, "did you mean x?"),
        ("x' = 漢", 1, 6, "does not belong to the language"),
        ("x' = x.y", 1, 7, "0.5"),
        ("x' = \"x", 1, 6, "close the quotation"),
        ("x' = _x", 1, 6, "begins with a letter"),
        ("x' = {x}", 1, 6, "( )"),
        ("x' = \\alpha", 1, 6, "without \\"),
        ("# a\u202eb\nx' = 1", 1, 4, "U+202E"),
        ("x' = 1 # a\x07", 1, 11, "U+0007"),
        ("x' = x\u200b", 1, 7, "U+200B"),
        ("x' = 1e400", 1, 6, "too large"),
    ],
)
def test_each_syntax_fault_has_its_place_and_its_cure(text: str, line: int, column: int, words: str) -> None:
    error = fault(text)
    assert (error.line, error.column) == (line, column)
    assert words in str(error)


def test_comments_and_titles_are_any_script() -> None:
    assert parse("# 捕食者 👨‍👩‍👧 نوسان\nx' = 1 # می‌رود").title == "捕食者 👨‍👩‍👧 نوسان"


def test_long_sums_are_shallow() -> None:
    system = parse("x' = " + " + ".join(f"x/{n}" for n in range(1, 400)))
    assert to_text(system.equations[0].expression).count("+") == 398


@pytest.mark.parametrize("text", [None, 3, b"x' = 1", [], {}])
def test_only_text_is_a_formula(text: object) -> None:
    with pytest.raises(FormulaError, match="a formula is text"):
        parse(text)  # type: ignore[arg-type]
