"""What `make` does before it can run anything: check the machine, make the virtual environment, install.

python bootstrap.py missing        Debian packages that are not there, one line, empty where all are
python bootstrap.py install VENV   check, create VENV and install the program and its tools into it

Needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from explorer.screen import apt_line, missing_packages  # noqa: E402 - found only now


def install(folder: Path) -> None:
    """Make the virtual environment in `folder` and install the program, editable, with its tools."""
    if packages := missing_packages():
        sys.exit(f"Some system libraries are missing. On Debian or Ubuntu:\n    {apt_line(packages)}")
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        try:
            import ensurepip  # noqa: F401, PLC0415 - Debian leaves it out of its python3
        except ModuleNotFoundError:
            sys.exit(f"Python cannot make virtual environments here. On Debian:\n    {apt_line(['python3-venv'])}")
        _run("making the virtual environment failed", sys.executable, "-m", "venv", str(folder))
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    arguments = ["install", "--editable", f"{ROOT}[dev]"]
    if constraints := os.environ.get("CONSTRAINTS"):
        arguments += ["--constraint", constraints]
    print("Looking up what is needed ...", flush=True)
    failure = "installing failed, see above; check the network and run make again"
    report = json.loads(_run(failure, *pip, *arguments, "--dry-run", "--report", "-", capture=True))
    sources = [item["download_info"]["url"] for item in report["install"] if not item.get("is_direct")]
    print(f"Installing {len(sources)} packages, {_megabytes(sources)}, once, into {folder} ...", flush=True)
    _run(failure, *pip, *arguments)


def _run(failure: str, *command: str, capture: bool = False) -> str:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE if capture else None, text=True)
    if done.returncode != 0:
        sys.exit(f"Set-up stopped: {failure}.")
    return done.stdout or ""


def _megabytes(sources: list[str]) -> str:
    """How much a download will be, in words."""
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(_bytes, sources))
    known = sum(size for size in sizes if size is not None)
    more = "" if None not in sizes else " or more"
    return f"{known / 1e6:,.0f} MB{more} to download"


def _bytes(source: str) -> int | None:
    """The size of what is at `source`; 0 where it is on this machine, None where the server does not say."""
    if urllib.parse.urlparse(source).scheme not in ("http", "https"):
        return 0
    try:
        with urllib.request.urlopen(urllib.request.Request(source, method="HEAD"), timeout=10) as answer:
            return int(answer.headers["Content-Length"])
    except (OSError, TypeError, ValueError):
        return None


if __name__ == "__main__":
    if sys.argv[1:] == ["missing"]:
        print(" ".join(missing_packages()))
    elif sys.argv[1:2] == ["install"] and len(sys.argv) == 3:
        install(Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
