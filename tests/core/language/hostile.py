"""Texts a stranger might send. Each is refused, with a place, or is harmless mathematics."""

from __future__ import annotations

_CALLS = (
    "().__class__.__bases__[0].__subclasses__()", "x.__class__", "(1).__class__.__mro__[1]",
    "__import__('os').system('id')",
    "eval('1')", "exec('1')", "compile('1','','eval')", "open('/etc/passwd')", "getattr(x,'__class__')", "globals()",
    "locals()", "vars()", "type('X',(),{})", "lambda: 1", "[y for y in (1,2)]", "(y for y in (1,2))", "(y := 1)",
    "f'{x.__class__}'", "'{0.__class__}'.format(x)", "'%s' % x", "x['a']", "max(*x)", "sin(x=1)",
    "open('f') if x else 1", "sin.__globals__", "sin.__self__", "print.__reduce__()",
    "().__getattribute__('__class__')",
    "breakpoint()", "torch.load('x')", "torch.ops.load_library('x')", "x.data", "0 .__class__", "1..__class__",
    "1; import os", "__builtins__", "f_exp(x)", "np.load(x)",
)  # fmt: skip
_RESOURCES = (
    "(" * 9000 + "x" + ")" * 9000, "-" * 10000 + "x", "sin(" * 4000 + "x" + ")" * 4000, "+".join(["x"] * 9000),
    "9" * 15000 + "x", "1" * 1_000_000, "a" * 10_000_000, " " * 50_000_000 + "x", "(x+1)*" * 2999 + "x",
    "x**" * 5000 + "x", "0x" + "f" * 1_000_000, "[" * 5000 + "x" + "]" * 5000, "x[" * 3000 + "1" + "]" * 3000,
    "eye(100000)", "if(" * 3000, "x<x<x",
)  # fmt: skip
_UNICODE = (
    "\u0445", "\uff45\uff56\uff41\uff4c(1)", "\U0001d452\U0001d463\U0001d44e\U0001d459(1)", "x\u200b", "x\u202e",
    "\uff11",
    "x\0", "x\ud800", "x\x1b[31m", "x\u00b2", "x\u2028y' = 1",
)  # fmt: skip

REFUSED = (
    *(f"x' = {formula}" for formula in _CALLS + _RESOURCES + _UNICODE),
    "x' = 1e400", "x' = x\nstart (1e400)", "x' = x\nk = 9^9^9", "x' = x\nt in [0, 1/0]", "x' = x\nview x [0, 9^999]",
    "z <- f(z)\nf = module \"x.so\"", "z <- f(z)\nf = module \"os:system\"", "f = module \"../../x.py\"\nx' = 1",
    "import os", "x' = x\n__import__('os')", "x' = x; y' = 1", "R = data \"../../etc/passwd\"\nx' = 1",
    "x' = x\nz in R^999999999", "__class__' = 1", "x' = __class__",
)  # fmt: skip
HARMLESS = (
    "x' = 9^9^9*x", "x' = 2^2^2^2^2^2", "x' = 9^9^9^9*0*x", "x' = exp(exp(exp(exp(10))))", "x' = (-8)^(1/3)",
    "x' = 1/0",
    "x' = 0^-1 + log(0) + sqrt(-1)", "x' = 1e-99999999999",
    "x' = a\n"
    + "\n".join(f"{'abcdefgh'[i]} = {'abcdefgh'[i + 1]}*{'abcdefgh'[i + 1]}" for i in range(3)) + "\nd = x*x",
)  # fmt: skip
