"""Networks that learn from a person's own table."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
from scipy.linalg import expm

import core
from core import codec
from core.experiment import Experiment, GradientChoice, Integration
from core.experiment_source import read_source, with_settings
from core.training.material import material
from core.training.session import TrainingSession
from core.training_choice import Training

A = np.array([[-0.2, 1.3], [-1.1, -0.1]])
LINEAR = "z' = A z\nz in R^2\nlearn A = 0*eye(2)\n"


INTEGRATION = Integration(rtol=1e-6, atol=1e-8)


def irregular_times(count: int, seed: int = 0) -> np.ndarray:
    gaps = np.random.default_rng(seed).uniform(0.05, 0.9, count - 1)
    return np.concatenate([[3.0], 3.0 + np.cumsum(gaps)])


def linear_table(times: np.ndarray) -> dict[str, np.ndarray]:
    states = np.stack([expm(A * (t - times[0])) @ [1.5, -0.5] for t in times])
    return {"t": times, "x": states[:, 0], "y": states[:, 1]}


def trained(text: str, table: object, integration: Integration = INTEGRATION, **settings):
    own = {"loss": "squares", "optimiser": "lbfgs", "rate": 1.0, "batch": 1000, "iterations": 14}
    experiment = Experiment(text, integration=integration, gradient=GradientChoice(trajectory="discrete"))
    return core.train(experiment, data=table, **(own | settings))


def circles(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(seed)
    labels = (np.arange(count) % 3 > 0).astype(int)
    radius = np.where(labels, drawn.uniform(1.0, 1.5, count), drawn.uniform(0.0, 0.5, count))
    angle = drawn.uniform(0.0, 2.0 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def test_the_matrix_of_a_linear_equation_is_found_from_irregular_times():
    found = trained(LINEAR, linear_table(irregular_times(40)))
    np.testing.assert_allclose(found.weights["A"], A, atol=1e-3)
    assert found.test_loss < 1e-6
    longest = float(np.diff(irregular_times(40)).max())
    np.testing.assert_allclose(found([[1.0, 2.0]]), [expm(A * longest) @ [1.0, 2.0]], atol=3e-3)


def test_the_matrix_is_found_from_regular_times_and_by_fixed_steps():
    times = np.arange(40) * 0.3
    np.testing.assert_allclose(trained(LINEAR, linear_table(times)).weights["A"], A, atol=1e-3)
    table = linear_table(irregular_times(40))
    by_steps = Integration(method="rk4", step=0.1)
    np.testing.assert_allclose(trained(LINEAR, table, integration=by_steps).weights["A"], A, atol=1e-3)


def test_a_field_that_time_drives_sees_the_time_of_the_rows():
    """x' = -x + c sin(2 t), whose solution is known; only c = 3 leads from row to row."""
    text = "x' = -x + c sin(2 t)\nlearn c = 0*normal(1, seed 1)[1]\n"
    times = irregular_times(40)
    steady = 0.6 * (np.sin(2 * times) - 2 * np.cos(2 * times))
    found = trained(text, {"t": times, "x": steady + 2.0 * np.exp(-(times - 3.0))})
    assert found.weights["c"] == pytest.approx(3.0, abs=1e-3)
    evenly = 1.0 + 0.25 * np.arange(40)
    steady = 0.6 * (np.sin(2 * evenly) - 2 * np.cos(2 * evenly))
    found = trained(text, {"t": evenly, "x": steady + 2.0 * np.exp(-evenly)})
    assert found.weights["c"] == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize("field", ["A z", "A z + 0*t"])
@pytest.mark.parametrize("begin", [0.0, 1.7e9])
def test_gaps_are_those_of_the_table_however_late_it_begins(begin, field):
    """In float32 as well, where 1.7e9 has neighbours that are 128 apart."""
    times = np.arange(24) * 0.25 + 0.0625 * (np.arange(24) % 3)  # exact in float64 beside 1.7e9
    table = linear_table(times) | {"t": times + begin}
    found = trained(LINEAR.replace("A z", field), table, Integration(rtol=1e-5, atol=1e-6), dtype="float32")
    np.testing.assert_allclose(found.weights["A"], A, atol=5e-3)
    assert found.test_loss < 1e-5


def test_gradients_through_own_spans_are_those_of_differences():
    experiment = Experiment(
        LINEAR.replace("0*eye(2)", "normal(2, 2, seed 3)"),
        integration=Integration(rtol=1e-9, atol=1e-11),
        gradient=GradientChoice(trajectory="discrete"),
        training=Training(data="table", table=linear_table(irregular_times(12)), loss="squares", kinetic=0.3),
    )
    session = TrainingSession(experiment)
    weight = session.weights["A"]
    batch = session._train
    session.learner.loss(batch).backward()
    exact, h = weight.grad.clone(), 1e-5
    for place in np.ndindex(2, 2):
        found = []
        for sign in (1.0, -1.0):
            with core.deferred.deferred("torch").no_grad():
                weight[place] += sign * h
            found.append(float(session.learner.loss(batch).detach()))
            with core.deferred.deferred("torch").no_grad():
                weight[place] -= sign * h
        assert float(exact[place]) == pytest.approx((found[0] - found[1]) / (2 * h), rel=1e-6, abs=1e-9)


def test_the_last_part_in_time_is_tested_with():
    table = linear_table(irregular_times(21))
    shuffled = {name: column[::-1] for name, column in table.items()}
    experiment = Experiment(LINEAR, training=Training(data="table", table=shuffled, test_share=0.3))
    data, train, test = material(experiment)
    assert (len(train.x), len(test.x)) == (14, 6)
    gaps = np.diff(table["t"])
    np.testing.assert_array_equal(train.spans, np.stack([np.zeros(14), gaps[:14]], axis=1))
    np.testing.assert_array_equal(test.spans[:, 1], gaps[14:])
    driven = material(replace(experiment, text=LINEAR.replace("A z", "A z + sin(t)")))[2]
    np.testing.assert_array_equal(driven.spans, np.stack([table["t"][14:-1], table["t"][15:]], axis=1))
    np.testing.assert_array_equal(test.y[-1], [table["x"][-1], table["y"][-1]])
    assert data.about == "values"


def test_classes_are_learnt_and_every_class_has_its_share():
    x, labels = circles(240)
    text = networks.field_text(3, 8, more=networks.READOUT.replace("uniform(1, 2", "uniform(1, 3"))
    found = core.train(
        text, data=(x, labels), output="y", loss="cross_entropy", rate=0.03, batch=180, iterations=150, dtype="float32"
    )
    assert found.accuracy > 0.95
    _, train, test = material(found.experiment)
    assert (len(train.x), len(test.x)) == (180, 60)
    assert np.bincount(test.y).tolist() == [20, 40]
    both = np.concatenate([train.x, test.x])
    assert {tuple(row) for row in both} == {tuple(row) for row in x}
    again = core.train(found.experiment, seed=5, iterations=1)
    assert not np.array_equal(material(again.experiment)[2].x, test.x)


def test_values_are_learnt():
    """y = 2 x1 - x2: of the flow of z' = W z + b the least squares are exact."""
    x = np.random.default_rng(3).normal(size=(80, 2))
    text = "z' = 0*z\nz in R^2\ny = V z\nlearn V = 0*normal(1, 2, seed 1)\n"
    found = core.train(
        text, data=(x, x @ [2.0, -1.0]), output="y", loss="squares", optimiser="lbfgs", rate=1.0, iterations=3
    )
    np.testing.assert_allclose(found.weights["V"], [[2.0, -1.0]], atol=1e-3)


def test_a_layer_in_equilibrium_learns_its_rows():
    x = circles(80)[0]
    labels = x[:, 0] > 0.1
    text = (
        'z <- tanh(W z + U x + b)\nz in R^6\nx = data "x" as batch\nlearn W = 0.3*normal(6, 6, seed 1)\n'
        "learn U = normal(6, 2, seed 2)\nlearn b = normal(6, seed 4)\nlearn V = 0.3*normal(1, 6, seed 3)\ny = V z\n"
    )
    experiment = Experiment(text, tensors={"x": core.stored_tensor.StoredTensor.of(x[:4])})
    found = core.train(
        experiment, data=(x, labels), output="y", loss="cross_entropy", rate=0.1, batch=60, iterations=15
    )
    assert found.accuracy > 0.8
    with pytest.raises(ValueError, match=r"3 columns of points \(x1, x2, x3\), and a row of the layer's input has 2"):
        core.train(experiment, data=(np.ones((9, 3)), np.arange(9) % 2), output="y", iterations=1)
    with pytest.raises(ValueError, match="states over time, a column t, are learnt by a differential equation"):
        core.train(experiment, data=linear_table(np.arange(9.0)), output="y", iterations=1)


def test_a_density_is_learnt_of_points_alone():
    """Of normal points the least is their own entropy, log(2 pi e s1 s2)."""
    x = np.random.default_rng(7).normal(size=(600, 2)) * [0.5, 2.0]
    text = "z' = A z\nz in R^2\nflow normal(2)\nlearn A = 0*eye(2)\nt in [0, 1]\n"
    found = trained(text, x, loss="likelihood")
    np.testing.assert_allclose(np.diag(found.weights["A"]), -np.log(x.std(axis=0)), atol=0.1)
    assert np.isnan(found.target)
    assert found([[0.0, 0.0]])[0, 0] == pytest.approx(-np.log(2 * np.pi), abs=0.1)


def test_a_document_with_a_table_is_the_same_after_saving(tmp_path):
    x, labels = circles(24)
    found = core.train(networks.field_text(2, 4, more=networks.READOUT), data=(x, labels), output="y", iterations=3)
    codec.save(tmp_path / "own.implicit", found.experiment)
    again, _ = codec.load(tmp_path / "own.implicit")
    assert again.training == found.experiment.training
    on = core.train(again, state=found.state, iterations=5)
    whole = core.train(networks.field_text(2, 4, more=networks.READOUT), data=(x, labels), output="y", iterations=5)
    assert all(np.array_equal(on.weights[name], whole.weights[name]) for name in on.weights)
    other = {**again.training.table, "x1": again.training.table["x2"]}
    with pytest.raises(ValueError, match="its data or its loss are others"):
        core.train(again, data=other, state=found.state)


@pytest.mark.parametrize("other", [{"test_share": 0.4}, {"seed": 3}])
def test_a_state_is_not_taken_up_where_rows_that_it_learnt_from_would_test_it(other):
    x = np.arange(16.0).reshape(8, 2)
    found = core.train(LINEAR, data=(x, -x), iterations=1)
    with pytest.raises(ValueError, match="its data or its loss are others"):
        core.train(found.experiment, state=found.state, **other)
    drawn = core.train(found.experiment, data="moons", iterations=1)
    again = replace(drawn.experiment, seed=3, training=replace(drawn.experiment.training, test_share=0.4))
    assert core.train(again, state=drawn.state, iterations=2).state.iteration == 2


def test_the_largest_table_that_may_be_kept_can_be_opened_again():
    numbers = -np.random.default_rng(1).uniform(1.0, 2.0, (5, 5000)) * 1e-300  # as long as numbers are written
    table = dict(zip("abcde", numbers, strict=True))
    experiment = Experiment(LINEAR, training=Training(data="table", table=table))
    text = codec.encode(experiment)
    assert len(text) < 0.8 * codec.LARGEST
    assert codec.decode(text)[0].training.table == experiment.training.table


def test_a_csv_file_is_learnt_from(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("y,x,class\n" + "".join(f"{k / 7},{k},{k % 2 + 3}\n" for k in range(12)))
    known, _ = read_source("concentric_circles")
    system = core.parse(known.text, known.tensors)
    assert with_settings(known, system, [f"data={path}"]).training.table_source == "own.csv"
    found = core.train("x' = a x\ny' = a y\nlearn a = 0*normal(1, seed 1)[1]\n", data=str(path), iterations=1)
    _, train, test = material(found.experiment)
    assert found.experiment.training.table_source == "own.csv"
    assert set(np.concatenate([train.y, test.y])) == {0, 1}
    assert train.x[0, 1] == pytest.approx(train.x[0, 0] / 7)  # in the order of the text


GOOD = {"x": np.arange(8.0), "y": np.ones(8), "class": np.arange(8) % 2}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"a": np.ones(8), "b": np.ones(8)}, "columns a, b, and needs one called class"),
        (GOOD | {"x": [1.0, np.nan, *range(6)]}, "row 2 below the names has no x"),
        (GOOD | {"x": [1.0, np.inf, *range(6)]}, "row 2 of the column x is infinite"),
        (GOOD | {"class": np.ones(8)}, "all rows are of the class 1"),
        (GOOD | {"class": np.arange(8) / 2}, "row 2 of the column class is 0.5, and classes are whole numbers"),
        (
            GOOD | {"class": np.arange(8)},
            "every class of the table has one row, and one of two rows at least is wanted",
        ),
        ({name: column[:3] for name, column in GOOD.items()}, "the table has 3 rows, and 4 are the fewest"),
        ({"class": GOOD["class"]}, "no column beside the answers"),
        ({"y": GOOD["y"], "class": GOOD["class"]}, r"no column z\[1\]"),
        ({"a": GOOD["x"], "b": GOOD["x"], "c": GOOD["x"], "class": GOOD["class"]}, r"\(a, b, c\), and the state has 2"),
        ({"x": np.ones(7), "class": GOOD["class"]}, "must be equally long"),
        ({"t": [0.0, 1, 1, 2, 3, 4], "x": np.ones(6)}, "two rows have the time t = 1"),
        ({"t": [0.0, 1, 2], "x": np.ones(3)}, "2 pairs of rows"),
        ({"x": np.ones(6000), "y": np.ones(6000)}, "6,000 rows, and 5,000 are the most"),
        ({f"x{k}": np.ones(4000) for k in range(7)}, "4,000 rows of 7 numbers, and 25,000 numbers are the most"),
        ({}, "there is no table"),
        ({"x": [["a"]], "y": [1.0]}, "column x must be numbers"),
        ((np.ones((5, 2)), np.ones(4)), "5 points x, and y is of 4"),
        ((np.ones((5, 2)), np.ones(5), 3), "a pair"),
    ],
)
def test_what_is_no_table_is_told(table, words):
    text = networks.field_text(2, 4)
    if "z\\" in words:
        table = {"z[2]": table["y"], "class": table["class"]}
    with pytest.raises((ValueError, TypeError), match=words):
        core.train(text, data=table, iterations=1)
