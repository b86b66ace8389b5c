"""jax, which computes in single precision unless it is told otherwise."""

from __future__ import annotations

from typing import Any


def double_jax() -> Any:
    """The module jax, set to double precision."""
    import jax  # noqa: PLC0415 - a peer, which need not be installed

    jax.config.update("jax_enable_x64", True)
    return jax
