"""Texts that would break out of a string literal that was put together carelessly."""

from __future__ import annotations

CANARY = "open('canary', 'w')"
HOSTILE = (
    f'"""\n{CANARY}\n"""',
    f"'''\n{CANARY}\n'''",
    f'x"; {CANARY}; "',
    f"x'); {CANARY}  # \\",
    f"\\\n{CANARY}\n",
    f'\\"""\n{CANARY}',
    f"{{{CANARY}}} %s {{0}} \\N{{BULLET}} \\x00",
    f"line\r{CANARY}\rline\x85{CANARY}\u2028{CANARY}\x0c{CANARY}",
    "\u202e\u2066 bidirectional λ 数 🙂 \ud800",
    'ends with "',
    "ends with \\",
    "\x00",
)
