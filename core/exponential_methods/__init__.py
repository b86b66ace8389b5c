"""Methods that solve the linear part of a field exactly, one file each, named in `METHOD`. The catalogue finds them."""
