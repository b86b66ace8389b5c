"""Root solvers, one file each, named in `SOLVER`. The catalogue finds them."""
