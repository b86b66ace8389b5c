"""The grammar of the formula language, read by lark's LALR parser. Nothing of it is ever evaluated.

A word such as `start` or `log` is special only where the grammar asks for it; elsewhere it may be a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

from lark import Lark, Token

from .expression_rules import EXPRESSION_RULES
from .functions import FUNCTIONS
from .greek import LETTERS
from .names import NOT_A_NAME
from .statement_rules import STATEMENT_RULES

_NAME = rf"[A-Za-z{LETTERS}][A-Za-z_0-9{LETTERS}]*"
_CALLABLE = "|".join(sorted(FUNCTIONS, key=len, reverse=True))

GRAMMAR = rf"""
start: (statement? _NEWLINE)*

?statement: NAME PRIME EQUAL expr                                  -> derivative
    | DIFFERENTIAL EQUAL expr                                      -> leibniz
    | NAME EQUAL expr option*                                      -> definition
    | NAME EQUAL expr IN range option*                             -> ranged_definition
    | NAME IN range                                                -> interval
    | NAME ("," NAME)* IN SPACE                                    -> space
    | START expr ("," expr)*                                       -> starts
    | START binding ("," binding)*                                 -> named_start
    | VIEW extent ("," extent)*                                    -> view
    | NAME ARROW expr                                              -> fixed_point
    | NUMBER EQUAL expr                                            -> root
    | SOLVE binding ("," binding)*                                 -> solve
    | SOLVE NAME ("," NAME)* IN SPACE                              -> solve
    | MINIMISE expr                                                -> minimise
    | OVER binding ("," binding)*                                  -> over
    | OVER NAME ("," NAME)* IN SPACE                               -> over
    | SUBJECT expr ("," expr)*                                     -> subject
    | WHEN expr (EQUAL expr)? WAY? COLON change ("," change)*      -> event
    | FLOW expr                                                    -> flow
    | NAME EQUAL DATA STRING BATCH?                                -> data
    | NAME EQUAL MODULE STRING                                     -> module
    | LEARN NAME EQUAL MODULE STRING                               -> learnt_module
    | LEARN NAME EQUAL expr                                        -> learn

binding: NAME EQUAL expr
change: NAME EQUAL expr
    | NAME INDEX expr ("," expr)* "]" EQUAL expr                   -> indexed_change
    | STOP                                                         -> stop
extent: NAME range
    | NAME INDEX expr "]" range                                    -> indexed_extent
    | NAME INDEX expr "," expr "]" range                           -> indexed_extent
    | NAME NAME range                                              -> part_extent
    | NAME NAME INDEX expr "]" range                               -> part_extent
    | NAME NAME INDEX expr "," expr "]" range                      -> part_extent
    | FUNCTION OPEN NAME ")" range                                 -> part_extent
    | FUNCTION OPEN NAME INDEX expr "]" ")" range                  -> part_extent
    | range                                                        -> second_extent
range: LIST expr "," expr "]" | INDEX expr "," expr "]"
?option: LOG                                                       -> log
    | STEP NUMBER                                                  -> step
    | UNIT STRING                                                  -> unit
    | STRING                                                       -> description

?expr: sum
    | sum COMPARISON sum                                           -> comparison
?sum: product
    | product term+                                                -> add
term: PLUS product
    | MINUS product                                                -> subtracted
?product: signed
    | product TIMES signed                                         -> binary
    | product juxtaposable                                         -> juxtaposed
?signed: power
    | MINUS signed                                                 -> negative
    | PLUS signed                                                  -> positive
?power: base
    | base POWER exponent                                          -> binary
?exponent: power
    | MINUS exponent                                               -> negative
    | PLUS exponent                                                -> positive
?juxtaposable: factor
    | factor POWER exponent                                        -> binary
?base: NUMBER                                                      -> number
    | factor
?factor: NAME                                                      -> name
    | OPEN expr ")"                                                  -> group
    | OPEN expr ("," expr)+ ")"                                    -> tuple
    | LIST expr ("," expr)* "]"                                    -> list
    | FUNCTION OPEN [argument ("," argument)*] ")"                 -> call
    | factor INDEX expr ("," expr)* "]"                            -> index
    | factor TRANSPOSE                                             -> transpose
?argument: expr
    | SEED NUMBER                                                  -> seed

START.3: /start{NOT_A_NAME}/
VIEW.3: /view{NOT_A_NAME}/
SOLVE.3: /solve{NOT_A_NAME}/
MINIMISE.3: /minimi[sz]e{NOT_A_NAME}/
OVER.3: /over{NOT_A_NAME}/
SUBJECT.3: /subject[ \t]+to\b/
WHEN.3: /when{NOT_A_NAME}/
WAY.3: /(?:falling|rising)\b(?=[ \t]*:)/
STOP.3: /stop\b(?![ \t]*[=\[])/
COLON: ":"
FLOW.3: /flow{NOT_A_NAME}/
DATA.3: /data(?=[ \t]*")/
LEARN.3: /learn{NOT_A_NAME}/
MODULE.3: /module(?=[ \t]*")/
BATCH.3: /as[ \t]+batch\b/
IN.3: /in\b|∈/
SPACE.3: /[RCℝℂ]\b(?:[ \t]*\^[ \t]*(?:\d+(?:[ \t]*[x×][ \t]*\d+)?|\([ \t]*\d+[ \t]*[x×,][ \t]*\d+[ \t]*\)))?/
DIFFERENTIAL.4: /d[ \t]*{_NAME}[ \t]*\/[ \t]*dt(?=[ \t]*=)/
LOG.3: /log\b(?![ \t]*\()/
STEP.3: /step(?=[ \t]+[\d.])/
UNIT.3: /unit(?=[ \t]*")/
SEED.3: /seed(?=[ \t]+\d)/
FUNCTION.2: /(?:{_CALLABLE})(?=[ \t]*\()/
TRANSPOSE.2: /\^[ \t]*T\b/
PRIME: /['′’]+/
ARROW.3: /<-|←/
NUMBER.2: /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/
NAME: /{_NAME}/
STRING: /"[^"\n]*"/
COMPARISON: /<=|>=|==|!=|<|>|≤|≥|≠/
PLUS: "+"
MINUS: /[-−]/
TIMES: /\*(?!\*)|[\/@·×⋅]/
POWER: /\^|\*\*/
EQUAL: "="
OPEN: "("
LIST: "["
INDEX.2: /(?<=[\w)\]])\[/
_NEWLINE: /\n/
%ignore /[ \t]+/
%ignore /#[^\n]*/
"""


class _BracketedLines:
    """Lets a formula go on in the next line while a bracket is open."""

    always_accept = ("_NEWLINE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of `stream` without line ends inside brackets."""
        nested = 0
        for token in stream:
            nested += (token.type in ("OPEN", "LIST", "INDEX")) - (token.type in ("RPAR", "RSQB"))
            if token.type != "_NEWLINE" or nested <= 0:
                yield token


@cache
def parser() -> Lark:
    """The parser, built once per process; its result is a list of statements."""
    rules = {rule: _spread(function) for rule, function in (EXPRESSION_RULES | STATEMENT_RULES).items()}
    return Lark(
        GRAMMAR,
        parser="lalr",
        transformer=SimpleNamespace(**rules),
        postlex=_BracketedLines(),
        maybe_placeholders=False,
    )


def _spread(function: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    return lambda parts: function(*parts)
