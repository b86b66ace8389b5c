"""Implicit Runge-Kutta methods, one file each, named in `TABLEAU`. The catalogue finds them."""
