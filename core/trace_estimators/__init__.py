"""Ways to the trace of a Jacobian, one file each, named in `ESTIMATOR`. The catalogue finds them."""
