"""Who may import whom, and what the window's process never holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from house_rules import rules

HEAVY = ("torch", "scipy", "llvmlite", "sympy")
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=rules.ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _modules(folder: str) -> list[str]:
    files = (rules.ROOT / folder).rglob("*.py")
    names = [path.relative_to(rules.ROOT).with_suffix("").as_posix().replace("/", ".") for path in files]
    return sorted(name.removesuffix(".__init__") for name in names)


def test_import_contracts_hold() -> None:
    done = subprocess.run([LINT_IMPORTS], capture_output=True, text=True, cwd=rules.ROOT)
    assert done.returncode == 0, done.stdout


def test_import_contracts_catch_a_breach(tmp_path: Path) -> None:
    for name in ("core", "explorer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "core" / "planted.py").write_text("import explorer\n")
    settings = (rules.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    start = settings.index("[tool.importlinter]")
    first = settings.index("[[tool.importlinter.contracts]]", settings.index("[[tool.importlinter.contracts]]") + 1)
    (tmp_path / "pyproject.toml").write_text(settings[start:first])
    done = subprocess.run([LINT_IMPORTS, "--no-cache"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "core.planted -> explorer" in done.stdout


def test_window_modules_hold_nothing_heavy() -> None:
    code = f"import {', '.join(_modules('explorer'))}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    assert _python(code).strip() == "[]"


def test_importing_core_imports_nothing_heavy() -> None:
    code = f"import core, sys\nprint([m for m in {(*HEAVY, 'numpy', 'PySide6')!r} if m in sys.modules])"
    assert _python(code).strip() == "[]"


@pytest.mark.parametrize("module", ["core.catalogue", "core.codec", "core.presets", "core.language", "core.readings"])
def test_what_the_window_needs_of_the_engine_is_light(module: str) -> None:
    code = f"import {module}, sys\nprint([m for m in {(*HEAVY, 'PySide6')!r} if m in sys.modules])"
    assert _python(code).strip() == "[]"


def test_engine_never_loads_qt() -> None:
    code = f"import {', '.join(_modules('core'))}\nimport sys\nprint([m for m in sys.modules if 'PySide6' in m])"
    assert _python(code).strip() == "[]"


def test_what_runs_on_a_machine_with_torch_alone_needs_no_grammar() -> None:
    """The tests on a graphics card import the catalogue and the loops where lark, pydantic and Qt are not installed."""
    modules = "core.catalogue, core.follow, core.torch_adjoint, core.root_loop, core.callable_map, core.unrolled_layers"
    foreign = ("lark", "pydantic", "PySide6", "scipy", "llvmlite")
    code = f"import {modules}, sys\nprint([m for m in {foreign!r} if m in sys.modules])"
    assert _python(code).strip() == "[]"
