"""The contract of a block: one part of a network that is put together from a list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from .field_check import check_fields

if TYPE_CHECKING:
    from .network_spelling import Spelling


class RecipeError(ValueError):
    """Why no network can be put together from a list, as a sentence."""


class Block(ABC):
    """A frozen dataclass whose fields carry a `Range` or a `Choice`, which it checks.

    follows_time: its formula has t in it, which an equation of fixed points has not. whole: it is the right-hand side
    of a differential equation by itself, and stands alone. ends: a right-hand side may end with it, without a linear
    map behind it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    follows_time: ClassVar[bool] = False
    whole: ClassVar[bool] = False
    ends: ClassVar[bool] = False

    @abstractmethod
    def spell(self, spelling: Spelling) -> None:
        """Write what it makes of the value that the spelling holds. Raises RecipeError where it cannot follow it."""

    @property
    def words(self) -> str:
        """What it is called in a diagram and in a comment."""
        return self.title

    @property
    def reach(self) -> int:
        """How many blocks before it the value is from that it takes besides the present one; 0 where it takes none."""
        return 0

    def __post_init__(self) -> None:
        check_fields(self)
