"""The command line as a person has it: in a process, several commands in one, or answered by this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from main import main

ROOT = Path(__file__).resolve().parent.parent.parent


class Answer(NamedTuple):
    """What a command leaves behind."""

    status: object
    output: str
    errors: str


def program(*arguments: str) -> Answer:
    """A command in a process of its own, without a screen."""
    return _process(str(ROOT / "main.py"), *arguments)


def one_after_another(*commands: list[str]) -> Answer:
    """Several commands in one process, which imports everything once; its status is the list of theirs."""
    done = _process("-c", f"import main\nprint([main.main(command) for command in {commands!r}])")
    assert done.status == 0, done.errors
    return done._replace(status=json.loads(done.output.splitlines()[-1]))


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    """What a command answers in this process."""
    capsys.readouterr()
    try:
        status: object = main(arguments)
    except SystemExit as end:
        status = end.code
    return Answer(status, *capsys.readouterr())


def _process(*arguments: str) -> Answer:
    environment = {
        name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "QT_QPA_PLATFORM"
    }
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=280)
    return Answer(done.returncode, done.stdout, done.stderr)
