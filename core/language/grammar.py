"""The grammar of the formula language, read by lark's LALR parser. Nothing of it is ever evaluated."""

from __future__ import annotations

from functools import cache

from lark import Lark

from .functions import FUNCTIONS, LATER
from .greek import LETTERS

_CALLABLE = "|".join(sorted(FUNCTIONS.keys() | LATER, key=len, reverse=True))

GRAMMAR = rf"""
start: (_NL | statement _NL)*

?statement: NAME PRIME "=" expr                          -> derivative
    | DIFFERENTIAL "=" expr                              -> derivative
    | NAME "<-" expr                                     -> fixed_point
    | "0" "=" expr                                       -> root
    | NAME "=" expr ("in" range)? option*                -> definition
    | NAME "in" range                                    -> interval
    | NAME "in" NAME ("^" NUMBER (NAME NUMBER?)?)?       -> space
    | START point ("," point)*                           -> starts
    | VIEW NAME range ("," NAME range)*                  -> view
    | MINIMISE expr                                      -> minimise
    | OVER unknown ("," unknown)*                        -> over
    | SOLVE unknown ("," unknown)*                       -> solve
    | SUBJECT "to" expr ("," expr)*                      -> subject
    | WHEN expr "=" expr ":" NAME "=" expr               -> event
unknown: NAME "=" expr | NAME "in" NAME ("^" NUMBER)?
range: "[" expr "," expr "]"
point: "(" expr ("," expr)* ")"
option: LOG -> log | STEP NUMBER -> step | UNIT STRING -> unit | STRING -> description

?expr: sum
    | sum COMPARISON sum                                 -> comparison
?sum: product
    | sum PLUS product                                   -> binary
    | sum MINUS product                                  -> binary
?product: unary
    | product TIMES unary                                -> binary
    | product power                                      -> juxtaposed
?unary: power
    | MINUS unary                                        -> negative
    | PLUS unary                                         -> positive
?power: postfix
    | postfix POW unary                                  -> binary
?postfix: atom
    | postfix TRANSPOSE                                  -> transpose
    | postfix "[" expr ("," expr)* "]"                   -> index
?atom: NUMBER                                            -> number
    | NAME                                               -> name
    | "(" expr ")"
    | "[" expr ("," expr)* "]"                           -> listed
    | FUNCTION "(" [expr ("," expr)*] ")"                -> call

START.3: /start(?=[ \t]*\()/
VIEW.3: /view(?=[ \t]+[^\W\d])/
MINIMISE.3: /minimi[sz]e\b/
OVER.3: /over(?=[ \t]+[^\W\d])/
SOLVE.3: /solve(?=[ \t]+[^\W\d])/
SUBJECT.3: /subject(?=[ \t]+to\b)/
WHEN.3: /when(?=[ \t]+\S)/
DIFFERENTIAL.4: /d(?P<of>[A-Za-z_{LETTERS}][A-Za-z_0-9{LETTERS}]*)\/dt(?=[ \t]*=)/
LOG.3: /log\b(?![ \t]*\()/
STEP.3: /step\b(?![ \t]*\()/
UNIT.3: /unit\b(?=[ \t]*")/
FUNCTION.2: /(?:{_CALLABLE})(?=[ \t]*\()/
TRANSPOSE.2: /\^[ \t]*T\b/
PRIME: /'+/
NUMBER.2: /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/
NAME: /[A-Za-z_{LETTERS}][A-Za-z_0-9{LETTERS}]*/
STRING: /"[^"\n]*"/
COMPARISON: /<=|>=|<(?!-)|>/
PLUS: "+"
MINUS: "-"
TIMES: /\*(?!\*)|\/|@/
POW: /\^|\*\*/
_NL: /[ \t]*(?:#[^\n]*)?\n/
%ignore /[ \t]+/
%ignore /#[^\n]*/
"""


@cache
def parser() -> Lark:
    """The parser, built once per process."""
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)
