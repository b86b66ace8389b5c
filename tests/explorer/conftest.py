"""Puts `frames` (synthetic frames) and `mouse` (a hand on a plot) within reach of every test below this folder."""
