"""What the parser makes of each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lark import v_args

from .errors import FormulaError
from .expression_reader import ExpressionReader
from .greek import normal_name
from .tree import Expression


@dataclass(frozen=True)
class Statement:
    """One line. verb: "derivative", "definition", ...; subject: the name it is about; the rest as the verb needs."""

    verb: str
    line: int
    column: int
    subject: str = ""
    expressions: tuple[Expression, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@v_args(meta=True)
class Reader(ExpressionReader):
    """Statements from the expressions below them."""

    def start(self, _meta: Any, lines: list[Any]) -> list[Statement]:
        return [line for line in lines if isinstance(line, Statement)]

    def __default__(self, data: Any, children: list[Any], meta: Any) -> Any:
        if str(data) in _LATER_VERBS:
            return Statement(str(data), meta.line, meta.column)
        return super().__default__(data, children, meta)  # type: ignore[no-untyped-call]

    def derivative(self, meta: Any, parts: list[Any]) -> Statement:
        head = str(parts[0])
        if len(parts) == 3 and len(parts[1]) > 1:
            raise FormulaError(
                meta.line, meta.column, "a second derivative", "give the velocity a name: x' = v and v' = ..."
            )
        subject = head if len(parts) == 3 else head[1 : head.index("/")]
        return Statement("derivative", meta.line, meta.column, normal_name(subject), (parts[-1],))

    def definition(self, meta: Any, parts: list[Any]) -> Statement:
        options = tuple(part for part in parts[2:] if not _is_range(part))
        ranges = tuple(part[1:] for part in parts[2:] if _is_range(part))
        return Statement(
            "definition",
            meta.line,
            meta.column,
            normal_name(parts[0]),
            (parts[1],),
            ranges,
            options,
        )

    def interval(self, meta: Any, parts: list[Any]) -> Statement:
        return Statement("interval", meta.line, meta.column, normal_name(parts[0]), parts[1][1:])

    def space(self, meta: Any, parts: list[Any]) -> Statement:
        rest = tuple(("", str(part)) for part in parts[1:])
        return Statement("space", meta.line, meta.column, normal_name(parts[0]), (), (), rest)

    def starts(self, meta: Any, parts: list[Any]) -> Statement:
        return Statement("starts", meta.line, meta.column, "", (), tuple(parts[1:]))

    def view(self, meta: Any, parts: list[Any]) -> Statement:
        names, ranges = parts[1::2], parts[2::2]
        rows = tuple((normal_name(name), *place[1:]) for name, place in zip(names, ranges, strict=True))
        return Statement("view", meta.line, meta.column, "", (), rows)

    def point(self, _meta: Any, parts: list[Any]) -> tuple[Expression, ...]:
        return tuple(parts)

    def range(self, _meta: Any, parts: list[Any]) -> tuple[Any, ...]:
        return ("range", *parts)

    def log(self, _meta: Any, _parts: list[Any]) -> tuple[str, str]:
        return ("log", "")

    def step(self, _meta: Any, parts: list[Any]) -> tuple[str, str]:
        return ("step", str(parts[1]))

    def unit(self, _meta: Any, parts: list[Any]) -> tuple[str, str]:
        return ("unit", str(parts[1])[1:-1])

    def description(self, _meta: Any, parts: list[Any]) -> tuple[str, str]:
        return ("description", str(parts[0])[1:-1])


_LATER_VERBS = ("fixed_point", "root", "minimise", "over", "solve", "subject", "event")


def _is_range(part: Any) -> bool:
    return isinstance(part, tuple) and part[0] == "range"
