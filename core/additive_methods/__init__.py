"""Additive Runge-Kutta methods, one file each, named in `METHOD`. The catalogue finds them."""
