"""Methods made of several others, one file each, named in `METHOD`. The catalogue finds them."""
