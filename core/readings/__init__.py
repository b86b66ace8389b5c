"""Readings: what probes measure and views draw. Frozen, host arrays (numpy), no torch, no Qt."""

from .adjoint_gap import AdjointGap
from .agreement import Agreement
from .branches import Branch, Branches, BranchMark, HysteresisLoop
from .closed_orbits import ClosedOrbit, ClosedOrbits
from .compute_at_test import ComputeAtTest, ComputeLine
from .crossings import Crossings
from .cycle_families import CycleFamily, CycleMark
from .decision_map import INPUT_PLANE, DecisionMap
from .density_line import DensityLine
from .depth_errors import DepthErrors
from .depth_limit import DepthLimit, RestPoint
from .descents import DescentRun, Descents
from .ensemble import NOWHERE, EnsembleRun
from .equilibria import Equilibria, Equilibrium
from .euler_steps import EulerSteps
from .feature_paths import FeaturePaths
from .field_derivatives import FieldDerivatives
from .fit_progress import FitProgress
from .fixed_points import FixedPoint, FixedPoints
from .flow_loss import FlowLoss
from .flow_map import MOST_COMPONENTS, FlowMap
from .flow_texture import FlowTexture
from .followed_roots import FollowedRoots
from .global_error import GlobalError
from .gradient_costs import GradientCosts, MethodCost
from .gradient_errors import ErrorLine, GradientErrors
from .gradient_memory import GradientMemory, MemoryLaw, MemoryLine
from .gronwall_cone import GronwallCone
from .integrator_race import IntegratorRace, IntegratorRun, ReferenceRun, Work
from .invariants import Invariants
from .iterations import Iterations, SolverRun
from .jacobian_measures import JacobianMeasures
from .layer_gradients import LayerGradients, MethodGradient, TermErrors
from .loss_contours import LossContours
from .loss_landscape import CURVE, ClaimedSlope, LossLandscape
from .loss_slice import LossSlice
from .lowest_point import LowestPoint
from .lyapunov_exponents import LyapunovExponents
from .map_curve import MapCurve
from .mixture import Mixture, NamedMatrix
from .model_density import ModelDensity
from .network_depths import NetworkDepth, NetworkDepths
from .nullclines import Nullclines, Polylines
from .orbit_diagram import OrbitDiagram
from .picard_iterates import PicardIterates
from .plane_map import RAN_AWAY, UNDECIDED, PlaneMap
from .poincare_section import PoincareSection
from .root_effects import RootEffects
from .root_proofs import PointProof, RootProofs, SampleProof
from .separatrices import Separatrices, Separatrix
from .solver_inside import SolverInside, SolversInside
from .solver_maps import MapFigures, SolverMaps
from .spectrum import Spectrum
from .stability_steps import StabilitySteps
from .step_sizes import StepSizes
from .trace_estimates import NoisyTraces, TraceEstimates
from .training_progress import TrainingProgress
from .trajectories import EventMeetings, Trajectories
from .transient_growth import TransientGrowth
from .velocity_grid import VelocityGrid

__all__ = [
    "CURVE",
    "INPUT_PLANE",
    "MOST_COMPONENTS",
    "NOWHERE",
    "RAN_AWAY",
    "UNDECIDED",
    "AdjointGap",
    "Agreement",
    "Branch",
    "BranchMark",
    "Branches",
    "ClaimedSlope",
    "ClosedOrbit",
    "ClosedOrbits",
    "ComputeAtTest",
    "ComputeLine",
    "Crossings",
    "CycleFamily",
    "CycleMark",
    "DecisionMap",
    "DensityLine",
    "DepthErrors",
    "DepthLimit",
    "DescentRun",
    "Descents",
    "EnsembleRun",
    "Equilibria",
    "Equilibrium",
    "ErrorLine",
    "EulerSteps",
    "EventMeetings",
    "FeaturePaths",
    "FieldDerivatives",
    "FitProgress",
    "FixedPoint",
    "FixedPoints",
    "FlowLoss",
    "FlowMap",
    "FlowTexture",
    "FollowedRoots",
    "GlobalError",
    "GradientCosts",
    "GradientErrors",
    "GradientMemory",
    "GronwallCone",
    "HysteresisLoop",
    "IntegratorRace",
    "IntegratorRun",
    "Invariants",
    "Iterations",
    "JacobianMeasures",
    "LayerGradients",
    "LossContours",
    "LossLandscape",
    "LossSlice",
    "LowestPoint",
    "LyapunovExponents",
    "MapCurve",
    "MapFigures",
    "MemoryLaw",
    "MemoryLine",
    "MethodCost",
    "MethodGradient",
    "Mixture",
    "ModelDensity",
    "NamedMatrix",
    "NetworkDepth",
    "NetworkDepths",
    "NoisyTraces",
    "Nullclines",
    "OrbitDiagram",
    "PicardIterates",
    "PlaneMap",
    "PoincareSection",
    "PointProof",
    "Polylines",
    "ReferenceRun",
    "RestPoint",
    "RootEffects",
    "RootProofs",
    "SampleProof",
    "Separatrices",
    "Separatrix",
    "SolverInside",
    "SolverMaps",
    "SolverRun",
    "SolversInside",
    "Spectrum",
    "StabilitySteps",
    "StepSizes",
    "TermErrors",
    "TraceEstimates",
    "TrainingProgress",
    "Trajectories",
    "TransientGrowth",
    "VelocityGrid",
    "Work",
]
