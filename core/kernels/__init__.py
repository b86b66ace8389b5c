"""Formulas and the loops around them, compiled together for the processor of this machine."""
