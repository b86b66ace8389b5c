"""Lines that declare a tensor which training moves: learn W = uniform(32, 2, seed 1)*2/sqrt(2) - 1/sqrt(2)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

from ..stored_tensor import StoredTensor
from .array_values import constant_array
from .complex_rules import refuse_parts
from .errors import refusal
from .functions import BUILT_IN_NUMBERS
from .greek import symbol_of
from .shapes import MOST_ENTRIES, Shapes
from .statements import Learn
from .system import DataDeclaration
from .tree import Expression

MOST_BEGINNING = 1_000_000
"""Operations on single numbers that the first values of all of them may take."""


def declared_learnt(
    lines: Sequence[Learn], tensors: Mapping[str, StoredTensor], names: Collection[str]
) -> tuple[DataDeclaration, ...]:
    """The tensors that training moves: those that the document stores under their names, else their first values.

    A stored tensor of another shape belongs to an earlier text and is left alone. names: all that the text declares.
    Raises FormulaError.
    """
    shapes = Shapes({})
    declared = []
    for line in lines:
        _refuse_names(line, names)
        refuse_parts([line.value])
        shape = shapes.of(line.value)
        if math.prod(shape) > MOST_ENTRIES:
            message = f"{line.name.text} has {math.prod(shape)} numbers, and at most {MOST_ENTRIES} fit here"
            raise refusal(line.name, message, "use a smaller matrix")
        if shapes.operations > MOST_BEGINNING:
            message = f"the values from which the tensors begin take more than {MOST_BEGINNING} operations"
            raise refusal(line.name, message, "write them shorter, or store a tensor under the name")
        first = _first_values(line.value)
        if first is None:
            cure = "use smaller numbers, and no division by 0"
            raise refusal(line.name, f"{line.name.text} would begin from values that are not finite", cure)
        stored = tensors.get(line.name.text)
        tensor = stored if stored is not None and stored.shape == shape else first
        declared.append(DataDeclaration(line.name.text, symbol_of(line.name.text), shape, False, tensor, learnt=True))
    return tuple(declared)


def _refuse_names(line: Learn, names: Collection[str]) -> None:
    """Refuse all but pi and e: a tensor begins from numbers."""
    for leaf in line.value.names():
        if leaf.value in BUILT_IN_NUMBERS:
            continue
        name = str(leaf.value)
        what = "the time" if name == "t" else f"'{name}'"
        message = f"{line.name.text} begins from numbers alone, and {what} is none"
        if name in names or name == "t":
            cure = f"leave it out here, and let the equation use {name} beside {line.name.text}"
        else:
            cure = "write numbers, or draw them: normal(3, 2, seed 1), uniform(3), ones(3) or eye(3)"
        raise refusal(leaf, message, cure)


@lru_cache(maxsize=256)
def _first_values(expression: Expression) -> StoredTensor | None:
    """Computed once for all texts that an editor makes of one line; None where a number is not finite."""
    array = constant_array(expression)
    return StoredTensor.of(array) if np.isfinite(array).all() else None
