"""The powers that every part of the language treats alike."""

from __future__ import annotations

from .tree import name

EULER = name("e")
"""A power of it is the exponential function."""
WHOLE_POWERS = range(2, 9)
"""Exponents for which a power is a product, the same to the last bit wherever it is computed."""
