"""Networks that are put together from a list of blocks, written as the texts that everything else reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import TYPE_CHECKING

from . import catalogue
from .blocks.linear import Linear
from .experiment import Experiment, GradientChoice, Integration, RootFinding
from .network_block import Block, RecipeError
from .network_recipe import Recipe
from .network_spelling import Spelling, Stage
from .stored_tensor import StoredTensor
from .training_choice import Training

if TYPE_CHECKING:
    from .data_set import DataSet

_MOST_STARTS = 6
_MOST_WRITTEN = 8
"""Components of a start that is written into the text."""
_STORED = 10
"""Points that a layer in equilibrium keeps in its experiment."""
_SOME = 500
"""Points that tell how far the data reach."""
_NOTES = {
    "ode": "The differential equation carries every point of the data from t = 0 to the end, where it is read.",
    "second_order": "Every point of the data begins at rest, is moved by the force that v' is, and is read at the end.",
    "equilibrium": "The layer's output is the fixed point of its right-hand side, for every x of the data.",
    "flow": "The differential equation carries the data to a normal distribution, and so gives every point a density.",
}


@dataclass(frozen=True)
class Outline:
    """What a diagram of a network shows: components of the data, of what enters the first stage, of all that is solved
    for and of the answer, and how many numbers are learnt in all.

    answer: weights of the line that reads out, 0 where the state itself is the answer.
    """

    inputs: int
    entering: int
    state: int
    stages: tuple[Stage, ...]
    answers: int
    answer: int
    weights: int


def recipe_text(recipe: Recipe) -> str:
    """The text of a network. That of a layer in equilibrium names its input x, points in rows of `inputs` components.

    Raises RecipeError where the blocks do not fit together.
    """
    spelling = _spelt(recipe)
    left = {"equilibrium": "z <-", "second_order": "z' = v\nv' ="}.get(recipe.kind, "z' =")
    spaces = [f"{name} in R^{recipe.places}" for name in ("zv" if recipe.kind == "second_order" else "z")]
    lines = [f"# {recipe.title}", f"{left} {spelling.ended()}", *spelling.helpers, *spaces]
    if recipe.kind == "flow":
        lines.append(f"flow normal({recipe.state})")
    if recipe.kind == "equilibrium":
        lines.append('x = data "x" as batch')
    note = f"# {_NOTES[recipe.kind]}"
    parts = [lines, [*spelling.learnt], _reading(recipe, spelling), list(_looking(recipe)), [note]]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def recipe_outline(recipe: Recipe) -> Outline:
    """What a diagram shows of a network. Raises RecipeError where the blocks do not fit together."""
    spelling = _spelt(recipe)
    inner = spelling.weights
    _reading(recipe, spelling)
    answers = recipe.answers or (0 if recipe.kind == "flow" else recipe.places)
    entering = recipe.inputs if recipe.kind == "equilibrium" else recipe.state
    return Outline(
        recipe.inputs,
        entering,
        recipe.state,
        tuple(spelling.stages),
        answers,
        spelling.weights - inner,
        spelling.weights,
    )


def recipe_for(
    data: str, kind: str, blocks: Sequence[Block], *, added: int = 0, size: int = 16, seed: int = 1
) -> Recipe:
    """A recipe whose inputs and answers are those of a data set; all else is as `Recipe` says.

    Raises ValueError for a data set that is none or that such a network cannot learn, and as `Recipe` does.
    """
    chosen = catalogue.data_set(data)
    sentence = misfit(data, kind)
    if sentence:
        raise RecipeError(sentence)
    points = chosen.draw(_SOME, 0).x
    furthest = max(0.5, float(abs(points).max()))
    reach = round(1.2 * furthest, 1 if furthest < 10 else 0)
    recipe = Recipe(
        tuple(blocks),
        kind,
        inputs=chosen.size,
        answers=_answers(chosen, kind),
        title=f"{chosen.title}, by {_WHAT[kind]}",
        reach=reach,
        end=_end(chosen),
        added=added,
        size=size,
        seed=seed,
    )
    if kind == "equilibrium" or recipe.state > _MOST_WRITTEN:
        return recipe
    lifted = (0.0,) * (recipe.state - chosen.size)
    starts = tuple((*(round(float(value), 2) for value in point), *lifted) for point in points[:_MOST_STARTS])
    return replace(recipe, starts=tuple(dict.fromkeys(starts)))


def recipe_experiment(recipe: Recipe, data: str) -> Experiment:
    """A network with what it learns, and settings with which it does.

    Raises ValueError where there is no such data set, RecipeError where it does not fit the recipe or the blocks do not
    fit together.
    """
    chosen = catalogue.data_set(data)
    sentence = misfit(data, recipe.kind)
    if not sentence and chosen.size != recipe.inputs:
        sentence = f"{chosen.title} has {chosen.size} components, and the network takes {recipe.inputs}"
    if sentence:
        raise RecipeError(sentence)
    tensors = {}
    if recipe.kind == "equilibrium":
        tensors["x"] = StoredTensor.of(chosen.draw(_STORED, 0).x.astype("float32"))
    flow = recipe.kind == "flow"
    adaptive = Integration(rtol=1e-3, atol=1e-3, backward=False)
    integration = Integration(method="rk4", step=0.125, backward=False) if flow else adaptive
    return Experiment(
        recipe_text(recipe),
        integration=integration,
        root=RootFinding(solver="anderson", tolerance=1e-4, iterations=60),
        gradient=GradientChoice(trajectory="discrete", fixed_point="adjoint_auto"),
        training=_training(chosen, recipe),
        dtype="float32",
        tensors=tensors,
    )


def _training(data: DataSet, recipe: Recipe) -> Training:
    points, test_points = (1347, 450) if data.name == "digits" else (3000, 1000)
    return Training(
        data=data.name,
        points=points,
        test_points=test_points,
        loss={"classes": "cross_entropy", "values": "squares", "density": "likelihood"}[data.about],
        output="y" if recipe.answers else "",
        rate=3e-3,
        batch=256 if recipe.kind == "flow" else 64,
        iterations=1000,
    )


_WHAT = {
    "ode": "a neural ODE",
    "second_order": "a second-order neural ODE",
    "equilibrium": "a layer in equilibrium",
    "flow": "a flow",
}


def misfit(name: str, kind: str) -> str:
    """Why a network of this kind cannot learn a data set, as a sentence; empty where it can.

    Raises ValueError for a data set that is none.
    """
    data = catalogue.data_set(name)
    if (data.about == "density") != (kind == "flow"):
        wanted = "a flow" if data.about == "density" else "a neural ODE or a layer in equilibrium"
        return f"{data.title} is not for {_WHAT.get(kind, kind)}: choose {wanted}, or other data"
    if data.layer_span is not None and kind != "ode":
        return f"{data.title} is about times between states, which a first-order equation joins: choose a neural ODE"
    return ""


def _answers(data: DataSet, kind: str) -> int:
    """Numbers of the line that answers: one for two classes; of values none where the state can be it."""
    if data.about == "classes":
        return 1 if data.classes == 2 else data.classes
    return data.size if data.about == "values" and kind == "equilibrium" else 0


_SPANS = 100
"""Steps from state to state that a picture of an equation of motion shows."""


def _end(data: DataSet) -> float:
    span = data.layer_span
    return 1.0 if span is None else round(_SPANS * (span[1] - span[0]), 6)


def _spelt(recipe: Recipe) -> Spelling:
    """The right-hand side, which leads back to as many components as the state has."""
    spelling = Spelling(recipe.seed, "z", recipe.places)
    if recipe.kind == "equilibrium":
        _inject(recipe, spelling)
    if recipe.kind == "second_order":
        _join_velocity(recipe, spelling)
    for place, block in enumerate(recipe.blocks):
        spelling.follow(block, _is_kept(recipe.blocks, place), f"block {place + 1}, {block.title},")
    complete = recipe.kind == "equilibrium" or (recipe.kind == "second_order" and not recipe.blocks)
    complete |= bool(recipe.blocks) and (recipe.blocks[-1].ends or recipe.whole)
    if spelling.width != recipe.places or not complete:
        spelling.follow(Linear(recipe.places), False, "the closing linear block")
    return spelling


def _inject(recipe: Recipe, spelling: Spelling) -> None:
    """What is solved for and what is given meet: W z + U x + b."""
    size, spelling.speaker = recipe.state, "the layer of z and x"
    weight = spelling.learn("W", (size, size), size)
    given = spelling.learn("U", (size, recipe.inputs), recipe.inputs)
    bias = spelling.learn("b", (size,), size)
    spelling.begin(f"{weight} z + {given} x + {bias}", size, "Linear, of z and x")


def _join_velocity(recipe: Recipe, spelling: Spelling) -> None:
    """What a force hangs on are places and velocities: W z + U v + b. Without blocks it is the force itself.

    Source: A. Norcliffe and others, On second order behaviour in augmented neural ODEs, NeurIPS 2020.
    """
    size, fan = recipe.size if recipe.blocks else recipe.places, recipe.places
    spelling.speaker = "the layer of z and v"
    spelling.next_layer()
    weight, given = (spelling.learn(stem, (size, fan), fan) for stem in "WU")
    bias = spelling.learn("b", (size,), fan)
    spelling.begin(f"{weight} z + {given} v + {bias}", size, "Linear, of z and v")


def _is_kept(blocks: Sequence[Block], place: int) -> bool:
    return any(block.reach and later - block.reach == place for later, block in enumerate(blocks))


def _reading(recipe: Recipe, spelling: Spelling) -> list[str]:
    if not recipe.answers:
        return []
    before = len(spelling.learnt)
    spelling.layer, spelling.channels, spelling.speaker = 0, 1, "the line that answers"
    weight = spelling.learn("V", (recipe.answers, recipe.places), recipe.places)
    bias = spelling.learn("c", (recipe.answers,), recipe.places)
    return [f"y = {weight} z + {bias}", *spelling.learnt[before:]]


def _looking(recipe: Recipe) -> Iterator[str]:
    """Starts, what is seen, and how long it takes."""
    if recipe.kind == "equilibrium":
        return
    if recipe.starts:
        yield "start " + ", ".join(f"({', '.join(f'{value:g}' for value in start)})" for start in recipe.starts)
    seen = [f"z[{place}] [{-recipe.reach:g}, {recipe.reach:g}]" for place in range(1, min(recipe.places, 3) + 1)]
    if recipe.places == 1 and recipe.kind == "second_order":
        fastest = round(pi * recipe.reach / recipe.end, 1)  # of an oscillation that is half over at the end
        seen.append(f"v[1] [{-fastest:g}, {fastest:g}]")
    if recipe.places == 1:
        seen.append(f"t [0, {recipe.end:g}]")
    yield "view " + ", ".join(seen)
    yield f"t in [0, {recipe.end:g}]"
