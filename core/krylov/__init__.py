"""Krylov methods: linear systems A x = b that are known by products with A alone, many at once."""
