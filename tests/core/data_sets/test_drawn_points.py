"""What every data set promises: shapes, the same numbers again, and points to test with that nobody trained on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import catalogue
from core.random_rows import MOST_ROWS, random_rows

ROOT = Path(__file__).resolve().parents[3]
NAMES = tuple(catalogue.data_sets())


@pytest.mark.parametrize("name", NAMES)
def test_points_have_the_shapes_that_are_declared(name: str) -> None:
    data_set = catalogue.data_set(name)
    points = data_set.draw(300, 5)
    assert points.x.shape == (300, data_set.size)
    assert points.x.dtype == np.float64
    assert np.isfinite(points.x).all()
    if data_set.about == "classes":
        assert points.y is not None
        assert points.y.shape == (300,)
        assert points.y.dtype == np.int64
        assert set(points.y.tolist()) == set(range(data_set.classes))
        assert data_set.classes >= 2
    elif data_set.about == "values":
        assert points.y is not None
        assert points.y.dtype == np.float64
        assert points.y.shape[0] == 300
        assert points.y.ndim == 2
    else:
        assert data_set.about == "density"
        assert points.y is None
    assert data_set.classes == 0 or data_set.about == "classes"


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_gives_the_same_points_and_a_shorter_draw_the_first_of_them(name: str) -> None:
    data_set = catalogue.data_set(name)
    long, again, short = data_set.draw(200, 3), data_set.draw(200, 3), data_set.draw(50, 3)
    np.testing.assert_array_equal(long.x, again.x)
    np.testing.assert_array_equal(long.x[:50], short.x)
    if long.y is not None:
        np.testing.assert_array_equal(long.y[:50], short.y)
    assert len(data_set.draw(1, 3).x) == 1
    if name != "minus_x":  # of two points
        assert not np.array_equal(long.x, data_set.draw(200, 4).x)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "minus_x"])
def test_no_point_is_both_trained_on_and_tested_with(name: str) -> None:
    data_set = catalogue.data_set(name)
    train, test = data_set.sets(400, 300, 1)
    assert (len(train.x), len(test.x)) == (400, 300)
    np.testing.assert_array_equal(train.x, data_set.draw(400, 1).x)
    both = np.concatenate([train.x, test.x])
    assert len(np.unique(both, axis=0)) == 700


def test_the_numbers_are_those_of_philox_and_of_no_release_of_numpy() -> None:
    """The first block of four words under the key (seed, stream), its counter at 1, by whole numbers alone."""
    multipliers, weyl = (0xD2E7470EE14C6C93, 0xCA5A826395121157), (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
    most = 2**64 - 1
    for seed, stream in [(0, 0), (7, 1), (2**64 - 1, 0)]:
        words, key = [1, 0, 0, 0], [seed, stream]
        for _ in range(10):
            even, odd = words[0] * multipliers[0], words[2] * multipliers[1]
            words = [(odd >> 64) ^ words[1] ^ key[0], odd & most, (even >> 64) ^ words[3] ^ key[1], even & most]
            key = [(part + step) & most for part, step in zip(key, weyl, strict=True)]
        assert random_rows(2, 2, seed, stream).words.ravel().tolist() == words


def test_normal_numbers_are_normal_and_uniform_ones_uniform() -> None:
    stats = pytest.importorskip("scipy.stats")
    rows = random_rows(20_000, 2, 11, 0)
    assert stats.kstest(rows.uniform(0), "uniform").pvalue > 0.001
    assert stats.kstest(rows.normal(1), "norm").pvalue > 0.001
    assert np.bincount(rows.index(0, 5)).min() > 3_800


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("count", "seed", "wrong"), [(0, 0, "0"), (-3, 0, "-3"), (2.5, 0, "2.5"), (10, -1, "-1"), (10, 2**64, str(2**64))]
)
def test_a_count_or_seed_that_is_none_is_refused_in_a_sentence(name: str, count: float, seed: int, wrong: str) -> None:
    with pytest.raises(ValueError, match=rf"must be a whole number from \d+ to \d+, not {wrong}"):
        catalogue.data_set(name).draw(count, seed)  # type: ignore[arg-type]


def test_a_draw_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(ValueError, match=f"to {MOST_ROWS}"):
        catalogue.data_set("circles").sets(MOST_ROWS + 1, 1, 0)


def test_listing_them_loads_neither_numpy_nor_torch() -> None:
    """The package alone: the catalogue has other entries that bring numpy."""
    code = (
        "import sys\n"
        "from core import data_sets\n"
        "from core.field_check import declarations\n"
        "from core.package_entries import entries\n"
        "found = [entry.title for entry in entries(data_sets, 'DATA_SET') if declarations(entry) is not None]\n"
        "print(len(found), [name for name in ('numpy', 'torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == f"{len(NAMES)} []\n", done.stderr


def test_drawing_loads_no_torch() -> None:
    code = (
        "import sys\n"
        "from core import catalogue\n"
        "for name in catalogue.data_sets():\n"
        "    data_set = catalogue.data_set(name)\n"
        "    points = data_set.sets(30, 20, 0)[1]\n"
        "    data_set.log_density(points.x)\n"
        "print([name for name in ('torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("name", "options", "kind", "sentence"),
    [
        ("circels", {}, ValueError, "there is no data set 'circels'.*circles"),
        ("circles", {"discs": 1.0}, TypeError, "Circles has no option 'discs'.*disc"),
        ("circles", {"disc": 9.0}, ValueError, "disc must lie between 0.05 and 3; 9 does not"),
        ("circles", {"disc": 1.2}, ValueError, "the annulus must lie around the disc.*1.2, 1, 1.5"),
        ("circles", {"inner": 1.5}, ValueError, "the annulus must lie around the disc.*0.5, 1.5, 1.5"),
        ("rings", {"count": 2.5}, TypeError, "count must be a whole number, not 2.5"),
        ("minus_x", {"continuous": "yes"}, ValueError, "continuous must be one of off, on, not 'yes'"),
        ("digits", {"noise": 0.1}, TypeError, "Handwritten digits has no option 'noise'"),
    ],
)
def test_what_does_not_exist_is_refused_in_a_sentence(name: str, options: dict, kind: type, sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        catalogue.data_set(name, options)


def test_equal_data_sets_are_equal_and_their_entropy_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = catalogue.data_sets()["rings"]
    count = []
    integrate = kind.integrate_entropy
    monkeypatch.setattr(kind, "integrate_entropy", lambda self: count.append(1) or integrate(self))
    first, second = catalogue.data_set("rings", {"noise": 0.0831}), catalogue.data_set("rings", {"noise": 0.0831})
    assert first == second
    assert first.entropy() == second.entropy()
    assert count == [1]
