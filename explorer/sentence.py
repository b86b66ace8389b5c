"""A reason or a note as a sentence."""

from __future__ import annotations


def sentence(words: str) -> str:
    """With a capital and one full stop."""
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."
