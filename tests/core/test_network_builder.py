"""Networks put together from blocks: torch's own modules with the same tensors give the same, and what texts say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from block_networks import FORMULAS, reference, tensors_of
from hypothesis import given, settings
from hypothesis import strategies as some

from core import catalogue
from core.blocks.activation import Activation
from core.blocks.attention import Attention
from core.blocks.concat_squash import ConcatSquash
from core.blocks.concat_time import ConcatTime
from core.blocks.convolution import Convolution
from core.blocks.formula import FormulaNode
from core.blocks.hamiltonian_field import HamiltonianField
from core.blocks.layer_norm import LayerNorm
from core.blocks.limited_linear import LimitedLinear
from core.blocks.linear import Linear
from core.blocks.residual import Residual
from core.blocks.root_mean_square import RootMeanSquare
from core.language import parse, torch_field
from core.network_block import Block, RecipeError
from core.network_builder import recipe_outline, recipe_text
from core.network_recipe import Recipe
from core.network_text import network_text
from core.stored_tensor import StoredTensor

WIDTHS = some.integers(1, 9)
TIMELESS = some.one_of(
    some.builds(Linear, WIDTHS),
    some.builds(LimitedLinear, WIDTHS, some.sampled_from([0.5, 1.0, 4.0])),
    some.builds(Activation, some.sampled_from(["tanh", "relu", "softplus", "sigmoid", "gelu"])),
    some.builds(FormulaNode, some.sampled_from(list(FORMULAS))),
    some.builds(LayerNorm),
    some.builds(RootMeanSquare),
    some.builds(Residual, some.integers(1, 3)),
    some.builds(Attention, some.integers(2, 3)),
    some.builds(Convolution, some.integers(1, 3), some.sampled_from(["3", "5", "3 x 3"])),
)
TIMED = some.one_of(TIMELESS, some.builds(ConcatTime, WIDTHS), some.builds(ConcatSquash, WIDTHS))


@some.composite
def recipes(draw: some.DrawFn) -> Recipe:
    """Recipes without sums, tokens and kernels that do not fit."""
    kind = draw(some.sampled_from(["ode", "second_order", "flow", "equilibrium"]))
    drawn = draw(some.lists(TIMELESS if kind == "equilibrium" else TIMED, max_size=6))
    sizes = {"inputs": draw(some.integers(1, 9)), "added": draw(some.integers(0, 2)), "size": draw(WIDTHS)}
    blocks = list[Block]()
    for block in drawn:
        try:
            recipe_text(Recipe((*blocks, block), kind, **sizes))
        except RecipeError:
            continue
        blocks.append(block)
    return Recipe(tuple(blocks), kind, **sizes, answers=draw(some.integers(0, 3)), seed=draw(some.integers(0, 99)))


def rows_for(recipe: Recipe) -> dict[str, StoredTensor]:
    points = np.random.default_rng(3).normal(size=(5, recipe.inputs))
    return {"x": StoredTensor.of(points)} if recipe.kind == "equilibrium" else {}


@settings(max_examples=120, deadline=None)
@given(recipes(), some.sampled_from([(torch.float64, 1e-12), (torch.float32, 2e-4)]))
def test_a_recipe_is_the_network_that_torch_makes_of_its_tensors(recipe: Recipe, precision) -> None:
    dtype, tolerance = precision
    stored = rows_for(recipe)
    system = parse(recipe_text(recipe), stored)
    tensors = tensors_of(system, dtype)
    z = torch.tensor(np.random.default_rng(1).normal(size=(5, recipe.state)), dtype=dtype)
    x = torch.tensor(stored["x"].array(), dtype=dtype) if stored else None
    given_rows = {} if x is None else {"x": x}
    found = torch_field(system)(0.7, z, {**system.defaults(), **tensors, **given_rows})
    torch.testing.assert_close(found, reference(recipe, tensors, 0.7, z, x), rtol=tolerance, atol=tolerance)
    if x is None:
        one = torch_field(system)(0.7, z[0], {**system.defaults(), **tensors})
        torch.testing.assert_close(one, found[0], rtol=tolerance, atol=tolerance)


BACK = [
    (Convolution(3, "3 x 3"), Activation("tanh"), Convolution(2, "3 x 3"), Activation("gelu"), Convolution(1, "3 x 3")),
    (Convolution(2, "5"), LayerNorm(), Activation("relu"), Linear(9), Residual(4)),
    (FormulaNode("x sigmoid(1.702 x)"), Linear(9), FormulaNode("sin(x)*x"), Residual(3)),
    (Attention(3), Residual(1), RootMeanSquare(), Attention(9), Linear(9), Activation("tanh")),
]


@pytest.mark.parametrize("blocks", BACK)
@pytest.mark.parametrize("kind", ["ode", "second_order", "equilibrium"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-4)])
def test_its_gradients_are_those_of_torchs_modules(blocks, kind, dtype, tolerance) -> None:
    recipe = Recipe(blocks, kind, inputs=9, size=9)
    stored = rows_for(recipe)
    system = parse(recipe_text(recipe), stored)
    tensors = {name: tensor.requires_grad_() for name, tensor in tensors_of(system, dtype).items()}
    z = torch.tensor(np.random.default_rng(1).normal(size=(5, recipe.state)), dtype=dtype, requires_grad=True)
    x = torch.tensor(stored["x"].array(), dtype=dtype) if stored else None
    found = torch_field(system)(0.7, z, {**system.defaults(), **tensors, **({} if x is None else {"x": x})})
    expected = reference(recipe, tensors, 0.7, z, x)
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    along = torch.tensor(np.random.default_rng(2).normal(size=found.shape), dtype=dtype)
    wanted = [z, *(tensor for name, tensor in tensors.items() if name not in "Vc")]
    pairs = (torch.autograd.grad((value * along).sum(), wanted) for value in (found, expected))
    for one, other in zip(*pairs, strict=True):
        torch.testing.assert_close(one, other, rtol=10 * tolerance, atol=10 * tolerance)


@settings(max_examples=40, deadline=None)
@given(recipes())
def test_an_outline_counts_what_the_text_learns(recipe: Recipe) -> None:
    system = parse(recipe_text(recipe), rows_for(recipe))
    outline = recipe_outline(recipe)
    sizes = [int(np.prod(item.shape)) for item in system.data if item.learnt]
    assert outline.weights == sum(sizes)
    assert outline.weights == outline.answer + sum(stage.weights for stage in outline.stages)
    assert not outline.stages or outline.stages[-1].width == recipe.places
    assert system.size == outline.state == recipe.state


def test_tensors_begin_as_torchs_do_each_with_a_seed_of_its_own() -> None:
    text = recipe_text(Recipe((Linear(9), Activation("tanh")), added=1, seed=5))
    assert "h1 = tanh(W1 z + b1)  # Linear, tanh" in text
    assert "learn W1 = (uniform(9, 3, seed 5)*2 - 1)/sqrt(3)" in text
    assert "learn b2 = (uniform(3, seed 8)*2 - 1)/sqrt(9)" in text
    system = parse(text)
    bound = {"W1": 3, "b1": 3, "W2": 9, "b2": 9, "V": 3, "c": 3}
    for name, tensor in tensors_of(system).items():
        assert 0 < tensor.abs().max() <= bound[name] ** -0.5


def test_the_size_of_a_built_network_can_be_changed_afterwards() -> None:
    blocks = (Linear(6), LayerNorm(), Activation("tanh"), Linear(6), RootMeanSquare(), Residual(2))
    text = recipe_text(Recipe(blocks))
    form = network_text(parse(text), {})
    assert (form.size, form.width) == (2, 6)
    wider = tuple(Linear(9) if isinstance(block, Linear) else block for block in blocks)
    assert form.with_width(9) == recipe_text(Recipe(wider))
    # a recipe with an added dimension would begin with the same seeds
    assert form.with_size(3) == recipe_text(Recipe(blocks, added=1)).replace(", z[3] [-2.5, 2.5]", "")


def test_of_a_second_order_equation_the_data_are_places() -> None:
    text = recipe_text(Recipe((Activation("tanh"),), "second_order", size=6, added=1, answers=1))
    assert "z' = v\nv' = W2 h1 + b2  # Linear\nh1 = tanh(W1 z + U1 v + b1)  # Linear, of z and v, tanh" in text
    assert "learn V = (uniform(1, 3, seed 6)*2 - 1)/sqrt(3)" in text
    form = network_text(parse(text), {})
    assert (form.size, form.width) == (3, 6)
    assert "U1 = (uniform(9, 3, seed 2)" in form.with_width(9)
    alone = recipe_text(Recipe((), "second_order", inputs=1, answers=0))
    assert "v' = W1 z + U1 v + b1" in alone
    assert "view z[1] [-2.5, 2.5], v[1] [-7.9, 7.9], t [0, 1]" in alone


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (lambda: Recipe((HamiltonianField(4), Linear(3))), "whole right-hand side"),
        (lambda: Recipe((HamiltonianField(4),), "equilibrium"), "of differential equations"),
        (lambda: Recipe((HamiltonianField(4),), "second_order"), "is of first order"),
        (lambda: Recipe((ConcatTime(4),), "equilibrium"), "has the time in it"),
        (lambda: Recipe((HamiltonianField(4),), added=1), "places and as many momenta.*3 components"),
        (lambda: Recipe((Linear(4), Residual(1))), "value of 2 components to one of 4"),
        (lambda: Recipe((Linear(9), Attention(4))), "9 components cannot be cut into 4 tokens"),
        (lambda: Recipe((Linear(8), Convolution(2, "3 x 3"))), "8 components are no square picture"),
        (lambda: Recipe((Linear(16), Convolution(2, "5 x 5"))), "kernel of 5 x 5 is wider than the 4 places"),
        (lambda: Recipe((Convolution(),)), "kernel of 3 is wider than the 2 places"),
        (lambda: Recipe((Convolution(4),), inputs=64), "closing linear block has 64 x 256 weights, .*fewer channels"),
        (lambda: Recipe((Linear(200),), inputs=64), "block 1, Linear, has 200 x 64 weights, .*fewer components"),
        (lambda: Recipe((Convolution(16),), inputs=64), "Convolution, makes 1024 components, more than 1000"),
        (
            lambda: Recipe((Convolution(8), Convolution(9, "5 x 5")), inputs=64),
            "takes 115200 products, more than 40000",
        ),
        (lambda: Recipe((), "equilibrium", inputs=300, size=64), "the layer of z and x has 64 x 300 weights"),
        (lambda: Recipe((), "second_order", inputs=101), "the layer of z and v has 101 x 101 weights"),
        (lambda: Recipe((), inputs=99, answers=200), "the line that answers has 200 x 99 weights"),
        (lambda: Recipe((Residual(3),)), "past 3 blocks, and only 0 stand before"),
        (lambda: Recipe((), title="two\nlines"), "one line"),
        (lambda: Recipe((), end=float("inf")), "reach and end are numbers above 0"),
        (lambda: Recipe((), added=1, starts=((1.0, 2.0),)), "a start has 3 components"),
    ],
)
def test_what_does_not_fit_is_told(recipe, words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        recipe_text(recipe())


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"kind": "sde"}, ValueError, "ode, second_order, equilibrium, flow"),
        ({"inputs": 0}, ValueError, "inputs must lie between"),
        ({"answers": 1.5}, TypeError, "answers must be a whole number"),
    ],
)
def test_numbers_that_are_none_are_told(wrong: dict, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        Recipe((), **wrong)
    with pytest.raises(ValueError, match="between 1 and 256"):
        Linear(0)


def test_every_kind_of_block_has_its_defaults() -> None:
    for block in catalogue.blocks().values():
        made = block()
        blocks = (made,) if made.whole else (Linear(64), Linear(64), Linear(64), made)
        assert parse(recipe_text(Recipe(blocks))).size == 2
