"""Icons in the colours of the theme, painted once the window is there."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QWidget


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The Material icon `name` in a colour of the program's palette."""
    import qtawesome  # noqa: PLC0415 - reads its fonts, which the first paint does not wait for

    palette = QGuiApplication.palette()
    return qtawesome.icon(
        f"mdi6.{name}",
        color=palette.color(role),
        color_disabled=palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText),
    )


def dress_button(button: QAbstractButton) -> None:
    """Paint the icon that the button's property "icon_name" names, "icon_primary" for one on the accent colour."""
    primary = bool(button.property("icon_primary"))
    role = QPalette.ColorRole.HighlightedText if primary else QPalette.ColorRole.ButtonText
    button.setIcon(icon(button.property("icon_name"), role))


def dress(root: QWidget) -> None:
    """Paint every icon below `root`; call again when the theme changes."""
    for button in root.findChildren(QAbstractButton):
        if button.property("icon_name"):
            dress_button(button)
