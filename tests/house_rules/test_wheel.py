"""The built wheel holds the tree, all of it, and works."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.version import VERSION
from house_rules import rules

SHIPPED = (
    "assets/data/*",
    "assets/fonts/*",
    "assets/icons/*",
    "assets/modules/*.py",
    "assets/presets/*.toml",
    "assets/presets/*.implicit",
    "core/**/*.lark",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that no build folder appears in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "tree"
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("core", "explorer", "assets"):
        shutil.copytree(rules.ROOT / name, copy / name, ignore=hidden)
    for name in ("main.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(rules.ROOT / name, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "--wheel-dir", str(folder), str(copy)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_tree(wheel: Path) -> None:
    files = [*rules.source_files(), *(file for pattern in SHIPPED for file in rules.ROOT.glob(pattern))]
    expected = {f"implicit_explorer/{file.relative_to(rules.ROOT).as_posix()}" for file in files}
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_wheel_is_named_and_licensed(wheel: Path) -> None:
    assert wheel.name == f"implicit_explorer-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        licences = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("/METADATA"))).decode()
    assert licences == {"LICENSE", "Inter-LICENSE.txt", "JetBrainsMono-LICENSE.txt", "digits-LICENSE.txt"}
    assert "License-Expression: MIT" in metadata


def test_installed_and_checkout_never_mix(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            archive.extract(name, tmp_path)
    script = (
        "import sys\n"
        "from implicit_explorer import core\n"
        "from implicit_explorer.core import presets\n"
        "print(core.parse(presets.load_preset('spiral')[0].text).title)\n"
        "print(sorted(name for name in sys.modules if name == 'core' or name.startswith('core.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Cubic spiral", "[]"], done.stderr


def test_the_digits_are_read_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            archive.extract(name, tmp_path)
    script = "from implicit_explorer.core import catalogue\nprint(catalogue.data_set('digits').draw(1797, 0).x.shape)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "(1797, 64)\n", done.stderr


def test_the_program_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            archive.extract(name, tmp_path)
    script = (
        "import sys\n"
        "from implicit_explorer.main import main\n"
        "status = main(['list', 'integrators'])\n"
        "print(status, sorted(name for name in sys.modules if name.startswith('implicit_explorer.core')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert "dopri5\n" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "0 []"
