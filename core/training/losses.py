"""What is averaged over a batch and made small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor

    from ..data_set import Points
else:
    torch = deferred("torch")


def targets_of(points: Points, k: int, like: Tensor, loss: str) -> Tensor:
    """What k answers to the points should be: values; of classes their numbers for the cross entropy, else -1 and 1
    where there is one answer, and 0 and 1 for each class where there are more.

    Raises ValueError where points and answers do not fit together.
    """
    y = points.y
    if y is None:
        raise ValueError("these data have nothing to answer: choose the loss likelihood, and a text with a flow")
    if y.ndim == 2:
        if loss == "cross_entropy":
            raise ValueError("the cross entropy is about classes, and these data have values: take squares or huber")
        if y.shape[1] != k:
            raise ValueError(f"the data have {y.shape[1]} values for each point, and the network answers with {k}")
        return torch.as_tensor(y).to(like)
    classes = int(y.max()) + 1
    if (k == 1 and classes > 2) or 1 < k < classes:
        raise ValueError(f"the data have {classes} classes, and the network answers with {k} numbers")
    labels = torch.as_tensor(y.astype("int64"), device=like.device)
    if k == 1:
        return (2 * labels - 1).to(like)[:, None]
    return labels if loss == "cross_entropy" else torch.nn.functional.one_hot(labels, k).to(like)


def mean_loss(name: str, answers: Float[Tensor, "N k"], targets: Tensor) -> Tensor:
    """squares: mean (a - y)^2. huber: mean of d^2/2 for |d| = |a - y| < 1, else |d| - 1/2. cross_entropy: mean of
    -log softmax(a)_y, of one answer log(1 + exp(-a y)) with y = -1 or 1."""
    if name == "squares":
        return torch.nn.functional.mse_loss(answers, targets)
    if name == "huber":
        return torch.nn.functional.smooth_l1_loss(answers, targets)
    if name == "cross_entropy":
        if answers.shape[1] == 1:
            return torch.nn.functional.softplus(-answers * targets).mean()
        return torch.nn.functional.cross_entropy(answers, targets)
    raise ValueError(f"the loss {name!r} is not one of answers: take squares, huber or cross_entropy")


def is_right(answers: Float[np.ndarray, "N k"], labels: Int[np.ndarray, "N"]) -> np.ndarray:
    """Of classes: whether the largest answer, or the sign of the only one, is the class's."""
    chosen = (answers[:, 0] > 0).astype(int) if answers.shape[1] == 1 else answers.argmax(axis=1)
    return np.asarray(chosen == labels)
