"""Blocks as they are added: every network of them that is not refused is one that the language reads."""

from __future__ import annotations

import pytest

from core import catalogue, train
from core.blocks.activation import Activation
from core.blocks.convolution import Convolution
from core.language import parse
from core.network_block import Block, RecipeError
from core.network_builder import misfit, recipe_experiment, recipe_for
from core.network_recipe import KINDS

FITTING = [(kind, data) for kind in KINDS for data in catalogue.data_sets() if not misfit(data, kind)]
CONVOLVED = [
    (Convolution(),),
    (Convolution(), Convolution()),
    (Convolution(), Activation(), Convolution()),
]


def reads(kind: str, data: str, blocks: tuple[Block, ...]) -> bool:
    """Whether there is such a network; raises FormulaError where there is and its text cannot be read."""
    try:
        experiment = recipe_experiment(recipe_for(data, kind, blocks, size=32), data)
    except RecipeError:
        return False
    return bool(parse(experiment.text, experiment.tensors).learnt)


@pytest.mark.parametrize(("kind", "data"), FITTING)
def test_what_is_not_refused_can_be_read(kind: str, data: str) -> None:
    made = [block() for block in catalogue.blocks().values()]
    lists = [several for block in made for several in ((block,), (block, block), (block, Activation(), block))]
    assert sum(reads(kind, data, blocks) for blocks in lists) >= 18


@pytest.mark.parametrize("blocks", CONVOLVED, ids=len)
@pytest.mark.parametrize("kind", ["ode", "second_order", "equilibrium"])
def test_digits_are_convolved_by_its_defaults(kind: str, blocks: tuple[Block, ...]) -> None:
    assert reads(kind, "digits", blocks)


@pytest.mark.parametrize("blocks", CONVOLVED[:2], ids=len)
def test_convolutions_of_digits_learn(blocks: tuple[Block, ...]) -> None:
    losses: list[float] = []
    experiment = recipe_experiment(recipe_for("digits", "ode", blocks), "digits")
    train(experiment, iterations=20, rate=0.01, watch=lambda _, loss: losses.append(loss))
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
