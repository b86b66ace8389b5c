"""The corners of a cobweb: from the curve to the diagonal and back, iterate by iterate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import MapCurve, SolverRun

if TYPE_CHECKING:
    from jaxtyping import Float


def images(run: SolverRun, sample: int, curve: MapCurve | None, row: int) -> Float[np.ndarray, "R"]:
    """f at every recorded iterate of a scalar map; NaN where it is not known.

    Picard's next iterate is the image. Elsewhere the run tells |f(z) - z|, and the curve on which side of the
    diagonal f lies, so that no digit is lost to interpolation.
    """
    z = run.z[:, sample, 0]
    side = np.full(len(z), np.nan)
    if curve is not None and len(curve.z):
        graph = curve.f[min(row, len(curve.f) - 1)]
        side = np.sign(np.interp(z, curve.z, graph, left=np.nan, right=np.nan) - z)
    f = z + side * run.residual[:, sample]
    if run.solver == "picard" and len(z) > 1:
        follows = np.append(np.diff(run.iteration) == 1, False)
        f = np.where(follows & np.isfinite(np.append(z[1:], np.nan)), np.append(z[1:], np.nan), f)
    return f


def corners(run: SolverRun, sample: int, f: Float[np.ndarray, "R"]) -> Float[np.ndarray, "P 2"]:
    """(z0, f0), then (z1, z1), (z1, f1), (z2, z2), (z2, f2), ...: record k is on the curve at corner 2 k.

    Picard's way is a staircase, since f0 = z1; any other solver goes along the secant or tangent that it took.
    Where records were left out the line has a gap: there the corner on the diagonal is NaN.
    """
    z = run.z[:, sample, 0]
    result = np.full((max(0, 2 * len(z) - 1), 2), np.nan)
    result[0::2] = np.stack([z, f], axis=1)
    follows = np.diff(run.iteration) == 1
    result[1::2] = np.where(follows, z[1:], np.nan)[:, None]
    return result
