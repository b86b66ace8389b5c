"""Devices by name, and what is said where one is missing."""

from __future__ import annotations

import ode_problems as known
import pytest
import torch

import core
from core.device import check_name, check_present


@pytest.mark.parametrize("device", ["tpu", "cuda:x", "", "cpu:-1", "CUDA"])
def test_what_is_no_device_is_refused(device: str) -> None:
    with pytest.raises(ValueError, match='device must be "cpu" or "cuda"'):
        check_name(device)


def test_the_processor_is_always_there() -> None:
    check_present("cpu")


def test_a_missing_card_is_a_sentence_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match='finds no CUDA device here: use device="cpu"'):
        core.integrate(core.parse(known.GROWTH), [1.0], (0.0, 1.0), device="cuda")


def test_a_card_beyond_the_last_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    check_present("cuda:1")
    with pytest.raises(ValueError, match='the last of 2 is "cuda:1"'):
        check_present("cuda:2")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_card_and_processor_agree() -> None:
    system, starts = core.parse(known.VAN_DER_POL), [[2.0, 0.0], [0.1, 0.5]]
    there, here = (
        core.integrate(system, starts, (0.0, 5.0), device=device, path="torch") for device in ("cuda", "cpu")
    )
    assert there.z == pytest.approx(here.z, rel=1e-9, abs=1e-9, nan_ok=True)
    assert there.stats.evaluations.tolist() == here.stats.evaluations.tolist()
