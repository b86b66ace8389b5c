"""Methods that move positions and momenta in turn, one file each, named in `METHOD`. The catalogue finds them."""
