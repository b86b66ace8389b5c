"""What a Python file offers as a layer, told without running it."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_cells import cells_in

import core
from core.language import parse
from core.module_file import read_module
from core.module_layer import ModuleLayer
from core.module_outline import Outline, layer_text, outlines, syntax_fault

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"


def test_classes_come_first_and_say_their_sizes_and_numbers(tmp_path: Path) -> None:
    text = (
        "import torch\nraise SystemExit\n"
        "def f(z, x, *, a=0.5, n=3):\n    return z\n"
        "def _own(z):\n    return z\n"
        "class Settings:\n    pass\n"
        "class Cell(torch.nn.Module):\n"
        "    def __init__(self, n=5, m=2):\n"
        "        self.gain = torch.nn.Parameter(torch.tensor([-0.5]))\n"
        "        self.W = torch.nn.Parameter(torch.zeros(n, n))\n"
        "    def forward(self, z, x):\n        return z\n"
        "class Plain(torch.nn.Module):\n"
        "    def __init__(self):\n        self.a = torch.nn.Linear(7, 7)\n"
        "    def forward(self, z, x=None):\n        return z\n"
    )
    assert outlines(cells_in(tmp_path, text)) == (
        Outline("Cell", 5, 2, {"gain": -0.5}),
        Outline("Plain", 7, 0, {}),
        Outline("f", 1, 1, {"a": 0.5}),
    )


def test_a_text_is_made_that_means_the_layer() -> None:
    text = layer_text(Outline("Cell", 5, 2, {"gain": -0.5, "x": 1.0, "tanh": 2.0, "b": 0.0}), "cell.py")
    system = parse(text)
    assert system.module is not None
    assert system.size == 5
    assert system.title == "Cell from cell.py"
    assert system.defaults() == {"gain": -0.5, "b": 0.0}
    assert (system.parameters[0].lo, system.parameters[0].hi) == (-1.0, 0.0)


@pytest.mark.parametrize("name", ["tanh", "e", "_Cell", "z", "größe"])
def test_a_name_that_means_something_in_a_text_gets_another(name: str) -> None:
    module = parse(layer_text(Outline(name), "cell.py")).module
    assert module is not None
    assert (module.name, module.attribute) == ("f", name)


def test_what_is_no_python_offers_nothing(tmp_path: Path) -> None:
    assert outlines(cells_in(tmp_path, "def f(z: return")) == ()
    assert outlines(cells_in(tmp_path, "(" * 5000)) == ()


def test_the_example_is_a_layer_as_it_is() -> None:
    source = read_module(ASSETS / "modules" / "cell.py")
    layer = ModuleLayer(parse(layer_text(outlines(source)[0], source.name)), source)
    assert set(layer.parameters) == {"x", "gain"}
    assert core.solve(layer, method="anderson", tol=1e-12).outcome.success


def test_what_is_no_python_says_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import torch\nclass Bad(torch.nn.Module:\n    pass\n", encoding="utf-8")
    (tmp_path / "good.py").write_text("def f(z):\n    return z\n", encoding="utf-8")
    assert syntax_fault(read_module(tmp_path / "bad.py")).startswith("line 2: ")
    assert syntax_fault(read_module(tmp_path / "good.py")) == ""
