"""What `make` says and decides before the program is there."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from explorer import screen

ROOT = Path(__file__).resolve().parent.parent
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="Windows has no make")


@pytest.fixture
def bootstrap() -> ModuleType:
    """A fresh copy of the script, which lies in no package."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / ".ci" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    return subprocess.run(["make", *arguments], capture_output=True, text=True, cwd=ROOT, env=kept | environment)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring the libraries")
def test_missing_libraries_are_named_with_the_command(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(screen, "OFFSCREEN", {"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"})
    monkeypatch.setattr(screen, "X11", {"libnocursor.so.0": "libnocursor0"})
    assert bootstrap.missing_packages() == ["libnowhere9"]
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.missing_packages() == ["libnowhere9", "libnocursor0"]
    with pytest.raises(SystemExit) as stop:
        bootstrap.install(tmp_path / "venv")
    assert "sudo apt-get install --no-install-recommends libnowhere9 libnocursor0" in str(stop.value)
    assert not (tmp_path / "venv").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
@pytest.mark.parametrize("command", [[], ["open", "experiment.toml"]])
@pytest.mark.parametrize(("display", "sentence"), [({}, "There is no screen here"), ({"DISPLAY": ":4711"}, ":4711")])
def test_without_a_screen_the_window_says_so_in_one_line(
    command: list[str], display: dict[str, str], sentence: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "QT_QPA_PLATFORM"}
    call = [sys.executable, str(ROOT / "main.py"), *command]
    done = subprocess.run(call, capture_output=True, text=True, env=kept | display, timeout=60)
    assert done.returncode == 1
    assert sentence in done.stderr or "apt-get install" in done.stderr  # where X11's libraries are not there either
    assert len(done.stderr.splitlines()) == 1


def test_every_library_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.splitlines() if line.startswith("sudo apt-get install")]
    assert {*screen.OFFSCREEN.values(), *screen.X11.values(), "make", "git", "python3-venv"} <= set(line.split())


def test_downloads_are_added_up(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"https://a": 1_500_000, "https://b": 2_500_000, "https://c": None}
    monkeypatch.setattr(bootstrap, "_bytes", sizes.get)
    assert bootstrap._megabytes(["https://a", "https://b"]) == "4 MB to download"
    assert bootstrap._megabytes(["https://a", "https://c"]) == "2 MB or more to download"


def test_what_lies_here_is_not_downloaded(bootstrap: ModuleType) -> None:
    assert bootstrap._bytes("file:///tmp/x.whl") == 0


@needs_make
def test_without_a_python_make_says_so(tmp_path: Path) -> None:
    done = _make("test", "PYTHON=", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "No Python from 3.11 to 3.13 was found" in done.stdout


@needs_make
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux runs without a screen")
@pytest.mark.parametrize("screen", [{}, {"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_run_opens_the_window_where_there_is_a_screen(screen: dict[str, str]) -> None:
    steps = _make("--dry-run", "run", **screen).stdout
    assert ("There is no screen" in steps) == (not screen)
    assert ("main.py run $preset" in steps) == (not screen)
