"""The residual block of the tutorial's equilibrium model, for images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..deferred import deferred
from .cell import Cell
from .weight_draw import drawn

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class ConvolutionalCell(Cell):
    """f(z, x) = norm(relu(z + norm(x + conv2(norm(relu(conv1 z)))))), rows of images (channels, height, width).

    Both convolutions have square kernels of an odd length, keep height and width and have no bias; every norm is over
    groups of channels. n is channels * height * width, and x has as many numbers.

    inner: channels between the convolutions; None: as many. groups: a divisor of both. gain, seed: the kernels are
    drawn as `drawn` does it. dtype: None for torch's default.
    Source: Z. Kolter, D. Duvenaud, M. Johnson, Deep implicit layers, tutorial at NeurIPS 2020, chapter 4.
    """

    def __init__(
        self,
        channels: int,
        height: int,
        width: int,
        inner: int | None = None,
        *,
        kernel: int = 3,
        groups: int = 1,
        gain: float = 0.2,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        between = channels if inner is None else inner
        super().__init__(channels * height * width, None, seed, dtype)
        if kernel < 1 or kernel % 2 == 0:
            raise ValueError(f"the kernel's length must be odd, not {kernel!r}")
        self.shape, self.padding = (channels, height, width), kernel // 2
        self.kernel1 = drawn((between, channels, kernel, kernel), seed, gain, dtype=dtype)
        self.kernel2 = drawn((channels, between, kernel, kernel), seed + 2, gain, dtype=dtype)
        self.norm1 = torch.nn.GroupNorm(groups, between, dtype=dtype)
        self.norm2 = torch.nn.GroupNorm(groups, channels, dtype=dtype)
        self.norm3 = torch.nn.GroupNorm(groups, channels, dtype=dtype)

    def forward(self, z: Float[Tensor, "S n"], x: Float[Tensor, "S n"] | None = None) -> Float[Tensor, "S n"]:
        """norm(relu(z + norm(x + conv2(norm(relu(conv1 z)))))), flattened again."""
        convolved = torch.nn.functional.conv2d
        image = z.reshape(-1, *self.shape)
        inside = self.norm1(torch.relu(convolved(image, self.kernel1, padding=self.padding)))
        branch = convolved(inside, self.kernel2, padding=self.padding)
        if x is not None:
            branch = branch + x.reshape(-1, *self.shape)
        answer: Tensor = self.norm3(torch.relu(image + self.norm2(branch)))
        return answer.reshape(z.shape)
