"""Ways to fit parameters, one file each, named in `METHOD`. The catalogue finds them."""
