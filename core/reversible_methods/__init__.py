"""Methods whose steps can be undone exactly, one file each, named in `METHOD`. The catalogue finds them."""
