"""Expressions from the parser's tree, bottom up and without recursion: no text can exhaust the stack."""

from __future__ import annotations

from typing import Any

from lark import Transformer_NonRecursive, v_args

from .errors import FormulaError
from .functions import FUNCTIONS, LATER
from .greek import normal_name
from .tree import Expression

_OPERATIONS = {"+": "add", "-": "sub", "*": "mul", "@": "mul", "/": "div", "^": "pow", "**": "pow"}


@v_args(meta=True)
class ExpressionReader(Transformer_NonRecursive):  # type: ignore[type-arg]
    """One method per rule of the grammar that stands for a value."""

    def number(self, meta: Any, parts: list[Any]) -> Expression:
        value = float(parts[0])
        if value == float("inf"):
            raise FormulaError(meta.line, meta.column, "the number is too large", "use one below 1.8e308")
        return Expression("number", (), value, meta.line, meta.column)

    def name(self, meta: Any, parts: list[Any]) -> Expression:
        return Expression("name", (), normal_name(parts[0]), meta.line, meta.column)

    def binary(self, _meta: Any, parts: list[Any]) -> Expression:
        left, operator, right = parts
        return Expression(_OPERATIONS[str(operator)], (left, right), None, operator.line, operator.column)

    def juxtaposed(self, _meta: Any, parts: list[Any]) -> Expression:
        left, right = parts
        if right.operation == "number":
            raise FormulaError(
                right.line, right.column, "a number follows a value", "write * or another operator between"
            )
        return Expression("mul", (left, right), None, right.line, right.column)

    def comparison(self, _meta: Any, parts: list[Any]) -> Expression:
        return Expression(str(parts[1]), (parts[0], parts[2]), None, parts[1].line, parts[1].column)

    def negative(self, meta: Any, parts: list[Any]) -> Expression:
        return Expression("neg", (parts[1],), None, meta.line, meta.column)

    def positive(self, _meta: Any, parts: list[Any]) -> Any:
        return parts[1]

    def transpose(self, _meta: Any, parts: list[Any]) -> Expression:
        return Expression("transpose", (parts[0],), None, parts[1].line, parts[1].column)

    def index(self, meta: Any, parts: list[Any]) -> Expression:
        return Expression("index", tuple(parts), None, meta.line, meta.column)

    def listed(self, meta: Any, parts: list[Any]) -> Expression:
        return Expression("list", tuple(parts), None, meta.line, meta.column)

    def call(self, meta: Any, parts: list[Any]) -> Expression:
        name, arguments = str(parts[0]), tuple(parts[1:])
        if name in LATER:
            raise FormulaError(
                meta.line, meta.column, f"{name}(...) is not built yet", "type the numbers as [1, 2] instead"
            )
        function = FUNCTIONS[name]
        if not function.fewest <= len(arguments) <= function.most:
            wanted = (
                str(function.fewest) if function.fewest == function.most else f"{function.fewest} to {function.most}"
            )
            raise FormulaError(
                meta.line, meta.column, f"{name} takes {wanted} argument(s), not {len(arguments)}", function.help
            )
        return Expression("log" if name == "ln" else name, arguments, None, meta.line, meta.column)
