"""`parse`: a text to a system, or a sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from ..stored_tensor import StoredTensor
from .characters import check_text
from .check import check
from .system import System

if TYPE_CHECKING:
    from . import reading
else:
    reading = deferred(f"{__package__}.reading")  # the grammar's library: fields of torch callables do without


def parse(text: str, tensors: Mapping[str, Any] | None = None) -> System:
    """The checked system that `text` describes.

    tensors: what lines such as W = data "W" name, and what came of learn V = ... by training, under the name V: stored
    tensors, arrays or torch tensors, by name.
    Raises FormulaError with line, column and cure; nothing in the text is ever run.
    """
    stored = {name: _stored(name, tensor) for name, tensor in (tensors or {}).items()}
    return _parsed(check_text(text), tuple(sorted(stored.items())) if "data" in text or "learn" in text else ())


def _stored(name: str, tensor: Any) -> StoredTensor:
    if isinstance(tensor, StoredTensor):
        return tensor
    try:
        return StoredTensor.of(tensor)
    except (ValueError, TypeError) as fault:
        raise ValueError(f"the tensor {name!r} cannot be stored: {fault}") from None


@lru_cache(maxsize=256)
def _parsed(text: str, tensors: tuple[tuple[str, StoredTensor], ...]) -> System:
    return check(reading.read(text), text, reading.title_of(text), dict(tensors))
