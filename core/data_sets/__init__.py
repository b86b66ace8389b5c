"""Data sets, one file each, named in `DATA_SET`. The catalogue finds them."""
