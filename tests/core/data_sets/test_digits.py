"""The handwritten digits: how they are split, and that they are what they are said to be."""

from __future__ import annotations

import numpy as np
import pytest

from core import catalogue


@pytest.mark.parametrize("seed", [0, 1, 2**63])
def test_digits_are_split_with_every_class_in_both_parts(seed: int) -> None:
    data_set = catalogue.data_set("digits")
    train, test = data_set.sets(1347, 450, seed)
    assert (train.x.shape, test.x.shape) == ((1347, 64), (450, 64))
    assert train.x.min() == 0.0
    assert train.x.max() == 1.0
    np.testing.assert_array_equal(16.0 * train.x, np.rint(16.0 * train.x))
    whole = np.bincount(data_set.draw(1797, seed).y)
    assert whole.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    for part, share in ((train, 1347 / 1797), (test, 450 / 1797)):
        assert np.abs(np.bincount(part.y) - whole * share).max() <= 2.0
    assert np.diff(train.y).astype(bool).mean() > 0.85  # in no order of classes


def test_every_digit_is_drawn_once() -> None:
    data_set = catalogue.data_set("digits")
    first, second = data_set.sets(900, 897, 5)
    again, other = data_set.draw(1797, 5), data_set.draw(1797, 6)
    both = np.concatenate([first.x, second.x])
    np.testing.assert_array_equal(both, again.x)
    assert not np.array_equal(again.x, other.x)
    rows = [np.column_stack([points.y, points.x]) for points in (again, other)]
    np.testing.assert_array_equal(*(np.unique(row, axis=0) for row in rows))
    assert len(np.unique(rows[0], axis=0)) == 1797


def test_more_digits_than_there_are_is_refused_with_their_number() -> None:
    data_set = catalogue.data_set("digits")
    with pytest.raises(ValueError, match="there are 1797 digits, 1800 are too many"):
        data_set.sets(1300, 500, 0)
    with pytest.raises(ValueError, match="count must be a whole number from 1 to 1797, not 1798"):
        data_set.draw(1798, 0)
    with pytest.raises(ValueError, match="test must be a whole number from 1 to 1797, not 0"):
        data_set.sets(10, 0, 0)


def test_digits_look_like_digits() -> None:
    """The middle of a 0 is light and that of a 1 dark; the mean images tell nine in ten digits from one another."""
    train, test = catalogue.data_set("digits").sets(1347, 450, 0)
    means = np.stack([train.x[train.y == digit].mean(axis=0) for digit in range(10)])
    assert means[0].reshape(8, 8)[3:5, 3:5].mean() < 0.2 < 0.6 < means[1].reshape(8, 8)[3:5, 3:5].mean()
    nearest = np.argmin(((test.x[:, None] - means) ** 2).sum(axis=2), axis=1)
    assert (nearest == test.y).mean() > 0.85
