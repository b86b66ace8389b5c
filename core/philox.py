"""Random words by counting: what comes out hangs on a key and a counter alone, never on what was asked before."""

from __future__ import annotations

from typing import Any

_WORD = 0xFFFFFFFF
_MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
_WEYL = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10


def philox(counter: tuple[Any, Any, Any, Any], key: tuple[int, int]) -> tuple[Any, Any, Any, Any]:
    """The four words of 32 bits that Philox-4x32-10 makes of a counter of four, under a key of two.

    The words are int64 arrays of numpy or torch from 0 to 2^32 - 1, of shapes that broadcast. Products wrap around at
    64 bits in both, and the same bits come out of both, on every device.
    Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11, 2011.
    """
    first, second, third, fourth = counter
    low, high = key
    for _ in range(_ROUNDS):
        even, odd = first * _MULTIPLIERS[0], third * _MULTIPLIERS[1]
        first, second, third, fourth = (
            ((odd >> 32) & _WORD) ^ second ^ low,
            odd & _WORD,
            ((even >> 32) & _WORD) ^ fourth ^ high,
            even & _WORD,
        )
        low, high = (low + _WEYL[0]) & _WORD, (high + _WEYL[1]) & _WORD
    return first, second, third, fourth
