"""Networks that no text can say: the dialog says so in words about the network, and creates none."""

from __future__ import annotations

import pytest
from opened_dialog import opened_dialog

from core.blocks.activation import Activation
from core.blocks.convolution import Convolution
from core.blocks.linear import Linear
from core.network_block import Block
from explorer.editors.labelled import choose
from explorer.network_dialog import NetworkDialog


@pytest.fixture
def dialog(qtbot):
    """The dialog with the digits."""
    for made in opened_dialog(qtbot):
        choose(made.data, "digits")
        yield made


def show(dialog: NetworkDialog, *blocks: Block) -> None:
    dialog.blocks.show_blocks(blocks)
    dialog.blocks.changed.emit()


def test_a_network_that_no_text_can_say_is_refused_in_words_about_it(dialog):
    show(dialog, Convolution(4), Activation(), Convolution(4))
    assert dialog.fault.text() == (
        "The closing linear block has 64 x 256 weights, more than 10000: choose fewer channels."
    )
    assert dialog.fault.isVisible()
    assert dialog.text.placeholderText() == dialog.fault.text()
    assert not dialog.create.isEnabled()
    show(dialog, Convolution(2))
    assert (dialog.fault.text(), dialog.create.isEnabled()) == ("", True)


@pytest.mark.parametrize("waits", [True, False], ids=["at rest", "at once"])
def test_what_the_language_refuses_cannot_be_created(dialog, qtbot, waits):
    """Blocks each of which is small enough, and all of which are too much."""
    created = []
    dialog.created.connect(lambda *told: created.append(told))
    show(dialog, Linear(140), *[Linear(71)] * 14, Linear(140))
    assert dialog.text.toPlainText().startswith("# Handwritten digits")
    if waits:
        qtbot.waitUntil(lambda: not dialog.create.isEnabled())
    dialog.create.click()
    assert "more than 40000 operations; use smaller vectors and matrices." in dialog.fault.text()
    assert (created, dialog.text.toPlainText(), dialog.create.isEnabled()) == ([], "", False)
    assert dialog.isVisible()
