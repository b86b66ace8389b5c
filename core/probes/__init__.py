"""One file per probe; each names its class in `PROBE`. The catalogue finds them."""
