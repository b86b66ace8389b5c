"""What writing one torch function gathers on the way: the tools it calls, its constants, the numbers it converts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .piece import ATOM, Piece
from .torch_names import TorchNames

TOOLS = {
    "like": '''def like(value, z):
    """A number, a list or a tensor as a tensor of the kind of z."""
    return torch.as_tensor(value, dtype=z.dtype, device=z.device)
''',
    "stacked": '''def stacked(entries, dim, z):
    """Numbers and tensors side by side along a new axis."""
    return torch.stack(torch.broadcast_tensors(*(like(entry, z) for entry in entries)), dim)
''',
    "conv": '''def conv(kernels, z, channel, kernel):
    """Kernels (..., d, c*k), the numbers of c of them in a row, over z (..., c*n), channels whose edges are joined."""
    ways = [()]
    for size in kernel:
        ways = [(*way, (size - 1) // 2 - place) for way in ways for place in range(size)]
    dims = tuple(range(-len(channel), 0))
    channels = z.unflatten(-1, (-1, *channel))
    neighbours = torch.stack([torch.roll(channels, way, dims) for way in ways], -1 - len(channel))
    windows = neighbours.flatten(-len(channel)).flatten(-3, -2)
    return (kernels @ windows).flatten(-2)
''',
    "step": '''def step(a):
    """0 below 0, 1 from 0 on."""
    return torch.where(a.isnan(), a, (a >= 0).to(a.dtype))
''',
    "sign": '''def sign(a):
    """-1, 0 or 1."""
    return torch.where(a.isnan(), a, torch.sign(a))
''',
    "softplus": '''def softplus(a):
    """log(1 + exp(a)), exact also where torch.nn.functional.softplus takes a itself."""
    return torch.clamp(a, min=0) + torch.log1p(torch.exp(-torch.abs(a)))
''',
}
"""Source of the functions that torch lacks, by name; no name of a formula is one of these."""


class TorchWriting:
    """reference: a tensor whose dtype and device everything takes. needed: parameters and t that must be tensors."""

    def __init__(self, names: TorchNames, reference: str) -> None:
        self._names = names
        self.reference = reference
        self.needed: set[str] = set()
        self.tools: set[str] = set()
        self.constants: dict[str, np.ndarray] = {}

    def tool(self, name: str) -> str:
        """The name of one of TOOLS, which the module will then have."""
        self.tools |= {name, "like"} if name == "stacked" else {name}
        return name

    def like(self, text: str) -> str:
        """A number, list or tensor as a tensor of the reference's kind."""
        return f"{self.tool('like')}({text}, {self.reference})"

    def tensor(self, piece: Piece) -> Piece:
        """`piece` as a tensor: the parameters in it will be tensors from the beginning, a number is made one here."""
        if piece.plain is None:
            return piece
        if piece.plain:
            self.needed |= piece.plain
            return replace(piece, plain=None)
        return replace(piece, text=self.like(piece.text), binding=ATOM, plain=None)

    def one_tensor(self, *pieces: Piece) -> tuple[Piece, ...]:
        """The same pieces, at least one of them a tensor: the first that no number alone makes."""
        if any(piece.plain is None for piece in pieces):
            return pieces
        place = next((place for place, piece in enumerate(pieces) if piece.plain), 0)
        return (*pieces[:place], self.tensor(pieces[place]), *pieces[place + 1 :])

    def spread(self, piece: Piece, rank: int) -> Piece:
        """A scalar of the batch with axes for the components of a vector or matrix."""
        if piece.shape or not rank or not piece.batched:
            return piece
        return self.tensor(piece).with_axes(rank)

    def constant(self, wanted: str, array: np.ndarray) -> str:
        """The name of a tensor of the module."""
        for name, known in self.constants.items():
            if known.shape == array.shape and name.startswith(wanted) and np.array_equal(known, array):
                return name
        name = self._names.fresh(wanted)
        self.constants[name] = array
        return name
