"""The layers of a bifurcation diagram: of an implicit layer, and of a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.readings import Equilibria, FixedPoints, FollowedRoots

from ..layered import Layer

if TYPE_CHECKING:
    from core.language import System

_OF_LAYERS = (
    Layer("curves", "Curves", help="Solid where Picard's method converges to them, dashed where it leaves them"),
    Layer("marks", "Marks", help="Folds, flips, crossings, and where oscillations are born"),
    Layer(
        "loop", "Hysteresis", help="The chosen solver led up the range and down again, each time from its last answer"
    ),
    Layer("roots", "Fixed points", help="All of them at the slider's value", needs=frozenset({FixedPoints})),
    Layer("followed", "Followed root", help="The chosen solver from its last answer", needs=frozenset({FollowedRoots})),
)
_OF_FLOWS = (
    Layer("curves", "Curves", help="Equilibria: solid where they are stable, dashed where they are unstable"),
    Layer("marks", "Marks", help="Folds, crossings, and Hopf points, where limit cycles begin"),
    Layer("cycles", "Limit cycles", help="The largest and the smallest value on each: solid where it is stable"),
    Layer("rests", "Equilibria", help="All of them at the slider's value", needs=frozenset({Equilibria})),
)


def layers_of(system: System | None) -> tuple[Layer, ...]:
    """What there is to switch."""
    return _OF_FLOWS if system is not None and system.flows else _OF_LAYERS
