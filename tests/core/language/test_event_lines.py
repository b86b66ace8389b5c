"""Events of a text: what is read, what is echoed, and what is refused with its place and a cure."""

from __future__ import annotations

import pytest

from core.language import FormulaError, between_events, latex, parse

BALL = "x' = v\nv' = -g\ng = 9.8\nhalf = x/2\n"


def test_directions_several_assignments_and_stop() -> None:
    system = parse(f"{BALL}when half = t - 1 falling:  v = -0.9 v, x = v # both of the state before\nwhen v = 9: stop")
    jump, stop = system.events
    assert (jump.text, jump.direction, jump.terminal, jump.line) == ("half = t - 1 falling", -1, False, 5)
    assert [line.state.name for line in jump.changes] == ["v", "x"]
    assert (stop.text, stop.direction, stop.terminal) == ("v = 9", 0, True)
    assert parse(f"{BALL}when x = 0 rising: stop").events[0].direction == 1
    assert latex(system)[-2:] == (
        r"\text{when } \mathrm{half} = t - 1 \text{ falling: } v \leftarrow -0.9\, v,\; x \leftarrow v",
        r"\text{when } v = 9 \text{: stop}",
    )
    assert system.autonomous  # the time in a condition is none in the equations


def test_a_component_is_set_alone_and_all_at_once() -> None:
    system = parse("z' = -z\nz in R^3\nwhen z[1] = 0.5: z[2] = z[1], z[1] = z[2]")
    (line,) = system.events[0].changes
    assert line.expression == parse("z' = [z[2], z[1], z[3]]\nz in R^3").equations[0].expression
    assert latex(system)[-1] == r"\text{when } z_{1} = 0.5 \text{: } z_{2} \leftarrow z_{1},\; z_{1} \leftarrow z_{2}"


def test_the_key_tells_events_apart_and_what_lies_between_them_has_none() -> None:
    texts = ["", "when x = 0: stop", "when x = 0 rising: stop", "when x = 1: stop", "when x = 0: v = 1"]
    assert len({parse(BALL + text).key for text in texts}) == len(texts)
    system = parse(f"{BALL}when x = 0: stop")
    assert between_events(system).events == ()
    assert between_events(system).equations == parse(BALL).equations
    assert between_events(parse(BALL)) is parse(BALL)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("when x = 0:", 11, "the event changes nothing - write what it sets"),
        ("when x = 0", 11, "nothing says what the event does"),
        ("when x: v = 1", 6, "is an equation - write when x = 0"),
        ("when x < 0: v = -v", 8, "an event is a moment - write when x = 0 falling"),
        ("when x = 0: vv = 1", 13, "no unknown 'vv' - did you mean v?"),
        ("when x = 0: g = 1", 13, "g is a parameter, and an event sets unknowns"),
        ("when x = 0: half = 1", 13, "half is a helper line"),
        ("when x = 0: t = 1", 13, "t is the time"),
        ("when y = 0: v = 1", 6, "unknown name 'y'"),
        ("when x = 0: v = vel", 17, "unknown name 'vel'"),
        ("when g = 0: v = 1", 6, "nothing ever crosses it"),
        ("when x = [1, 2]: v = 1", 10, "not one number"),
        ("when x = 0: v = [1, 2]", 17, "has not the shape of v"),
        ("when x = 0: v[1] = 2", 13, "does not have components"),
        ("when x = 0: v = 1, v = 2", 20, "sets v twice"),
        ("when x = 0: v = 1, stop", 20, "changes nothing after it"),
        ("when x = 0: v' = 1", 14, "does not set an unknown - write the name of an unknown and its new value"),
        ("when x = 0 down: v = 1", 12, "unknown name 'down'"),
    ],
)
def test_faults_have_a_place_and_a_cure(line: str, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(BALL + line)
    assert (caught.value.line, caught.value.column) == (5, column)
    assert words in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    "text",
    [
        "z <- cos(z)\nwhen z = 0: z = 1",
        "minimise x^2\nover x = 1\nwhen x = 0: x = 1",
        "z' = i z\nz in C\nwhen t = 1: z = 1",
    ],
)
def test_only_real_differential_equations_have_events(text: str) -> None:
    with pytest.raises(FormulaError, match="an event"):
        parse(text)
