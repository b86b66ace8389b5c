"""What the window says of the noise of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .event_words import FORWARD_ONLY as EVENTS_FORWARD

if TYPE_CHECKING:
    from core.language import System

FORWARD_ONLY = "A path with noise (dW) is followed forward only."
DRIFT = (
    "Arrows, nullclines and equilibria are those of the drift, without the noise (dW). "
    "The path is followed forward only."
)
NOISE_HELP = """# Follow noise

- A text with `dW` wants one of the stochastic methods, at the end of the list in the card *Solver*, and a fixed step;
  whoever types the first `dW` gets *Euler-Maruyama*.
  *Euler-Maruyama* and *Milstein* read the noise as Itô's, *Heun* as Stratonovich's: where its factor hangs on the state
  these are two different equations.
- The Brownian paths hang on the *Seed* there, the number of the start and the component alone. A smaller step, another
  method or another start follows the same path, so that what changes is the method's error. Between the ends of two
  steps a trajectory is drawn straight.
- Arrows, nullclines and equilibria are those of the drift, without the noise. Trajectories are followed forward only.
  An *Ensemble* gives every trajectory a path of its own, which takes longer than without noise, least so with steps
  such as 1/32 or 1/64. What knows no noise is not drawn or cannot be switched on, and says so: basins, separatrices,
  sections, limit cycles, Lyapunov exponents, stability, the global error, gradients and races. A text has either events
  or noise.
- Try *Two wells and noise* in the gallery: drag s, change the seed.
"""
"""A section of the help."""


def forward_only(system: System) -> str:
    """Why no trajectory is followed backward; empty where they may be."""
    return EVENTS_FORWARD if system.events else FORWARD_ONLY if system.noise else ""


def obstacle_in(system: System) -> str:
    """What most of the program knows nothing of: the events of the text, or its noise; empty where it has neither."""
    return "events (when ...)" if system.events else "noise (dW)" if system.noise else ""


def unknown_to(what: str, system: System) -> str:
    """That `what` knows nothing of the events or the noise of this text; empty where it has neither."""
    obstacle = obstacle_in(system)
    return f"{what} knows nothing of the {obstacle} of this text" if obstacle else ""
