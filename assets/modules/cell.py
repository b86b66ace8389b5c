"""A layer to try with File > Layer from a Python file: z = tanh(gain * W z + U x), two units that turn each other.

Where gain * |W| grows past 1 the fixed point repels, and plain iteration goes round instead of arriving.
"""

from __future__ import annotations

import torch


class Cell(torch.nn.Module):
    """n: units. m: inputs. `gain` has one element, so that it is a slider in the window."""

    def __init__(self, n: int = 2, m: int = 1) -> None:
        super().__init__()
        self.W = torch.nn.Parameter(torch.tensor([[0.5, -0.8], [0.8, 0.5]]))
        self.U = torch.nn.Linear(m, n)
        self.gain = torch.nn.Parameter(torch.tensor(0.9))

    def forward(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """z (batch, n), x (batch, m) -> (batch, n)."""
        return torch.tanh(self.gain * z @ self.W.T + self.U(x))
