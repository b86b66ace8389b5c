"""Step-size controllers, one file each, named in `CONTROLLER`. The catalogue finds them."""
