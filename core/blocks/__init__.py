"""Kinds of blocks of networks, one file each, named in `BLOCK`. The catalogue finds them."""
