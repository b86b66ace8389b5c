"""Explicit Runge-Kutta methods, one file each: `TABLEAU = Tableau(...)`. The catalogue finds them."""
