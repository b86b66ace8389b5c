"""Values into text: only what changed, layout and comments kept."""

from __future__ import annotations

from core.language import parse, write_values

TEXT = '# title\nx\' = k*x - c   # k matters\n  k = 1 in [0, 2] "rate"  # note\nc=pi\nstart (1)\n\n# end\n'


def test_only_the_changed_default_is_replaced() -> None:
    assert write_values(TEXT, {"k": 1.5}) == TEXT.replace("k = 1 in", "k = 1.5 in")
    assert write_values(TEXT, {"k": 1.0}) == TEXT
    assert write_values(TEXT, {"c": 2.0}) == TEXT.replace("c=pi", "c=2")


def test_a_value_outside_widens_its_range() -> None:
    text = write_values(TEXT, {"k": 3.5})
    (k, _) = parse(text).parameters
    assert (k.default, k.lo, k.hi, k.description) == (3.5, 0.0, 3.5, "rate")


def test_starts_and_span_are_written() -> None:
    text = write_values(TEXT, {}, ((2.0,), (-0.5,)), (0.0, 7.5))
    assert "start (2), (-0.5)\n" in text
    system = parse(text)
    assert (system.starts, system.span) == (((2.0,), (-0.5,)), (0.0, 7.5))
    assert parse(write_values(TEXT, {}, ())).starts == ()
