"""Python files with layers, as people write them, and the layers that a text makes of them."""

from __future__ import annotations

from pathlib import Path

from core.language import parse
from core.module_file import ModuleSource, read_module
from core.module_layer import ModuleLayer

CELLS = '''
import torch


class Linear(torch.nn.Module):
    """z = gain A z + B x with numbers that are written out."""

    def __init__(self):
        super().__init__()
        self.A = torch.nn.Parameter(torch.tensor([[0.5, -0.25, 0.0], [0.125, 0.25, 0.5], [0.0, -0.5, 0.25]]))
        self.B = torch.nn.Parameter(torch.tensor([[1.0, 0.0], [0.5, -1.0], [0.25, 2.0]]))
        self.gain = torch.nn.Parameter(torch.tensor([0.75]))

    def forward(self, z, x):
        return self.gain * z @ self.A.T + x @ self.B.T


class Drawn(torch.nn.Module):
    def __init__(self, n=3):
        super().__init__()
        self.inner = torch.nn.Sequential(torch.nn.Linear(n, n), torch.nn.Dropout(0.5), torch.nn.Tanh())

    def forward(self, z):
        return 0.5 * self.inner(z)


class Plain(torch.nn.Module):
    """Tensors that are no parameters, and one that is made on the way."""

    def __init__(self):
        super().__init__()
        self.W = torch.tensor([[0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.5, 0.0, 0.0]])
        self.order = torch.tensor([2, 0, 1])

    def forward(self, z):
        return z @ self.W.T + torch.eye(3)[self.order][0]


class NeedsSize(torch.nn.Module):
    def __init__(self, size):
        super().__init__()


def affine(z, a=0.5, *, b=1.0):
    return a * z + b


def matrix(Z):
    return 0.5 * Z.transpose(1, 2) + torch.eye(2, dtype=Z.dtype)


def narrow(z):
    return z[:, :2]


def slope(z):
    """Down the slope of an energy, which it differentiates itself."""
    with torch.enable_grad():
        point = z if z.requires_grad else z.detach().requires_grad_()
        energy = (0.25 * point**4 + 0.5 * point**2 - point).sum()
        (downhill,) = torch.autograd.grad(energy, point, create_graph=True)
        return point - 0.25 * downhill


CONSTANT = 0.5 * torch.eye(3)


def constant(z):
    return z @ CONSTANT


def single(z):
    return z.float()


def listed(z):
    return z.tolist()


def noisy(z):
    return 0.5 * z + 1e-3 * torch.randn_like(z)


def mixing(z):
    return 0.5 * z + z.mean(dim=0)


def overwrites(z):
    z *= 0.5
    return z + 1.0


def leaves(z):
    raise SystemExit(3)


def fails(z):
    return z @ torch.zeros(7, 7, dtype=z.dtype)


number = 3
'''


def cells_in(folder: Path, text: str = CELLS) -> ModuleSource:
    """The file, written and read."""
    (folder / "cells.py").write_text(text, encoding="utf-8")
    return read_module(folder / "cells.py")


def layer_of(source: ModuleSource, call: str, lines: str = "", size: int = 3) -> ModuleLayer:
    """z <- call of `size` components, with more lines of text."""
    name = call.partition("(")[0]
    return ModuleLayer(parse(f'z <- {call}\nz in R^{size}\n{name} = module "cells.py"\n{lines}'), source)
