"""Methods for differential equations with noise, one file each, named in `METHOD`. The catalogue finds them."""
