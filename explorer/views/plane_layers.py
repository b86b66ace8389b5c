"""Which layers the phase plane has, by the system that it shows."""

from __future__ import annotations

from core.experiment import Experiment
from core.language import System
from core.readings import MOST_COMPONENTS

from ..layered import Layer
from .plane_basins import basins_layer
from .plane_cycles import LAYER as _CYCLE_LAYER
from .plane_derivatives import DIVERGENCE, VORTICITY
from .plane_ensemble import LAYERS as _ENSEMBLE_LAYERS
from .plane_flow_map import LAYER as _FLOW_MAP_LAYER
from .plane_race import LAYER as _RACE_LAYER
from .plane_ribbon import LAYER as _RIBBON_LAYER
from .plane_section import LAYER as _SECTION_LAYER
from .plane_separatrices import separatrices_layer
from .plane_texture import LAYER as _TEXTURE_LAYER

LAYERS = (
    Layer("field", "Vector field", help="Arrows along the velocity; faster is longer and stronger"),
    Layer("streamlines", "Streamlines", visible=False, help="Evenly spaced curves along the velocity"),
    Layer("particles", "Particles", help="Dust that drifts with the flow"),
    Layer("nullclines", "Nullclines", help="Where one component of the velocity is zero"),
    Layer("equilibria", "Equilibria", help="Where the velocity is zero, with type and eigenvalues"),
    _CYCLE_LAYER,
    Layer("trajectories", "Trajectories", help="Solutions through the starting points"),
    _RIBBON_LAYER,
    Layer("starts", "Starting points", help="Drag one to move its trajectory"),
)
_AFTER = LAYERS.index(_CYCLE_LAYER) + 1
_DESCENT_LAYERS = (
    Layer("contours", "Loss contours", help="Where the loss has one value, at equal steps of its logarithm"),
    Layer("descents", "Optimisers", help="A mark for every iteration, unless they crowd together"),
)
SOMETIMES = (
    separatrices_layer(visible=True),
    _SECTION_LAYER,
    DIVERGENCE,
    VORTICITY,
    _TEXTURE_LAYER,
    _FLOW_MAP_LAYER,
    *_DESCENT_LAYERS,
)
"""What only some systems have, or only while something is switched on."""


def layers_of(experiment: Experiment, system: System) -> tuple[Layer, ...]:
    """Those of a system, in the order in which they are listed."""
    race = (_RACE_LAYER,) if experiment.integration.rivals else ()
    ensemble = _ENSEMBLE_LAYERS if experiment.ensemble.on else ()
    branches = () if system.size == 1 else (separatrices_layer(visible=system.size == 2),)
    if experiment.section.on and system.kind == "ode":
        branches = (*branches, _SECTION_LAYER)
    slopes = (DIVERGENCE,) if system.size == 1 else (DIVERGENCE, VORTICITY)
    carried = (_FLOW_MAP_LAYER,) if 2 <= system.size <= MOST_COMPONENTS else ()
    shown = (*LAYERS[:_AFTER], *branches, *LAYERS[_AFTER:], *race, *ensemble, *slopes, _TEXTURE_LAYER, *carried)
    if system.kind == "minimise":
        return (*shown, *_DESCENT_LAYERS)
    return shown if system.size == 1 else (*shown, basins_layer(visible=False))
