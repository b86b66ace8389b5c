"""Lines that take a tensor from the document: W = data "weights", x = data "inputs" as batch."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence

from ..stored_tensor import StoredTensor
from .errors import refusal
from .greek import symbol_of
from .shapes import MOST_COMPONENTS, MOST_ENTRIES
from .statements import Data
from .system import DataDeclaration, Kind

MOST_SAMPLES = 4_096


def declared_data(
    lines: Sequence[Data], tensors: Mapping[str, StoredTensor], kind: Kind
) -> tuple[DataDeclaration, ...]:
    """What the data lines of a text declare. Raises FormulaError."""
    declared = tuple(_declaration(line, tensors) for line in lines)
    batches = [(line, item) for line, item in zip(lines, declared, strict=True) if item.batch]
    for line, item in batches:
        if kind != "map":
            raise refusal(line.name, "a batch of data goes with z <- ... only", "remove 'as batch'")
        if len(item.tensor) != len(batches[0][1].tensor):
            first = batches[0][1]
            message = f"{item.name} has {len(item.tensor)} samples and {first.name} {len(first.tensor)}"
            raise refusal(line.name, message, "store tensors with equally many rows")
    return declared


def _declaration(line: Data, tensors: Mapping[str, StoredTensor]) -> DataDeclaration:
    place = line.name
    if line.tensor not in tensors:
        folded = {name.casefold(): name for name in tensors}
        near = difflib.get_close_matches(line.tensor.casefold(), folded, n=1, cutoff=0.5)
        cure = f"did you mean '{folded[near[0]]}'?" if near else "store one under this name, or correct the name"
        raise refusal(place, f"the document stores no tensor '{line.tensor}'", cure)
    tensor = tensors[line.tensor]
    shape = tensor.shape[1:] if line.batch else tensor.shape
    if line.batch and not 1 <= len(tensor) <= MOST_SAMPLES:
        raise refusal(place, f"a batch has 1 to {MOST_SAMPLES} samples, not {len(tensor)}", "store fewer rows")
    if len(shape) > 2:
        raise refusal(place, f"'{line.tensor}' has {len(tensor.shape)} axes", "store a vector or a matrix")
    most = MOST_COMPONENTS if line.batch else MOST_ENTRIES
    if math.prod(shape) > most:
        raise refusal(
            place, f"'{line.tensor}' has {math.prod(shape)} numbers, and at most {most} fit here", "use fewer"
        )
    return DataDeclaration(place.text, symbol_of(place.text), shape, line.batch, tensor)
