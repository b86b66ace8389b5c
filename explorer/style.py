"""The look of every widget: a palette and one style sheet made from a theme's colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from .theme import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ASSETS = Path(__file__).resolve().parent.parent / "assets"

_SHEET = """
* {{ font-family: 'Inter'; font-size: 12px; color: {text}; outline: 0; }}
QMainWindow, #root, QDialog {{ background: {background}; }}
#top {{ background: {panel}; border-bottom: 1px solid {line}; }}
#status {{ background: {panel}; border-top: 1px solid {line}; }}
#card {{ background: {card}; border: 1px solid {line}; border-radius: 10px; }}
#popup {{ background: {card}; border: 1px solid {line}; border-radius: 10px; }}
#notice {{ background: {raised}; border: 1px solid {line}; border-radius: 10px; }}
#hint {{ background: {accent}; border-radius: 12px; }}
#hint QLabel {{ color: {on_accent}; font-weight: 600; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 13px; font-weight: 600; }}
QLabel[role="caption"], QToolButton[role="caption"] {{ font-size: 10px; font-weight: 600; color: {muted};
    letter-spacing: 1px; background: transparent; border: 0; padding: 3px 0; margin: 0; }}
QToolButton[role="caption"] {{ margin-left: -3px; }}
QToolButton[role="caption"]:hover, QToolButton[role="caption"]:focus {{ color: {text}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="error"] {{ color: {rose}; }}
QLabel[role="warning"] {{ color: {amber}; }}
QLabel[role="mono"] {{ font-family: 'JetBrains Mono'; font-size: 11px; color: {muted}; }}
QLabel[role="value"] {{ font-family: 'JetBrains Mono'; font-size: 11px; }}
QLabel[role="chip"] {{ background: {raised}; border-radius: 9px; padding: 3px 9px; color: {muted}; font-size: 11px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 5px 7px; }}
QLineEdit, QPlainTextEdit, QTextBrowser, QSpinBox {{ background: {background}; border: 1px solid {line};
    border-radius: 7px; padding: 5px 8px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {accent}; }}
QPlainTextEdit[role="formula"] {{ font-family: 'JetBrains Mono'; font-size: 12px; padding: 4px; }}
QPlainTextEdit[role="code"] {{ font-family: 'JetBrains Mono'; font-size: 12px; padding: 4px; }}
QLineEdit[role="number"] {{ font-family: 'JetBrains Mono'; color: {accent}; background: {raised};
    border: 1px solid {raised}; border-radius: 5px; padding: 2px 6px; }}
QLineEdit[role="fact"] {{ font-family: 'JetBrains Mono'; font-size: 11px; }}
QLineEdit[role="number"]:focus {{ border-color: {accent}; }}
QLineEdit[role="number"]:disabled {{ color: {faint}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] {{ border-color: {rose}; }}
QLineEdit[role="number"][invalid="true"] {{ color: {rose}; border-color: {rose}; }}
QSlider:horizontal {{ height: 18px; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {raised}; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -6px 0; border-radius: 8px; background: {handle};
    border: 2px solid {accent}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; border-color: {handle}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {line};
    border-color: {line}; }}
QComboBox, QPushButton {{ background: {raised}; border: 1px solid {line}; border-radius: 7px; padding: 6px 12px; }}
QComboBox {{ padding: 5px 10px; }}
QComboBox:hover, QPushButton:hover, QComboBox:focus, QPushButton:focus {{ border-color: {accent}; }}
QComboBox:disabled, QPushButton:disabled {{ color: {faint}; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; margin-right: 8px; }}
QComboBox QAbstractItemView {{ background: {card}; border: 1px solid {line}; selection-background-color: {raised};
    selection-color: {text}; padding: 4px; }}
QPushButton {{ font-weight: 500; }}
QPushButton#primary {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; }}
QPushButton#primary:disabled {{ background: {raised}; color: {faint}; border-color: {line}; }}
QPushButton#primary:hover, QPushButton#primary:focus {{ border-color: {text}; }}
QPushButton#chooser {{ text-align: left; padding: 7px 10px; background: {raised} url("{chevron}") no-repeat;
    background-position: right; background-origin: content; }}
QPushButton#search {{ color: {muted}; background: {background}; text-align: left; font-weight: 400; }}
QPushButton[role="link"] {{ background: transparent; border: 0; padding: 2px; color: {muted}; font-weight: 400; }}
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus {{ color: {accent}; }}
QPushButton[role="offer"] {{ padding: 4px 10px; color: {accent}; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 7px; }}
QToolButton:hover, QToolButton:focus {{ background: {raised}; }}
QToolButton:checked {{ background: {raised}; border-color: {line}; }}
#modes {{ background: {background}; border: 1px solid {line}; border-radius: 9px; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[role="mode"] {{ padding: 0 9px; border-radius: 6px; color: {muted}; font-weight: 500; }}
QToolButton[role="mode"]:checked {{ background: {raised}; border-color: {raised}; color: {text}; }}
QToolButton[role="mode"]:focus {{ border-color: {accent}; }}
QMenuBar {{ background: transparent; }}
QMenuBar::item {{ padding: 6px 9px; border-radius: 6px; background: transparent; color: {muted}; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {raised}; color: {text}; }}
QMenu {{ background: {card}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 22px; border-radius: 5px; }}
QMenu::item:selected {{ background: {raised}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QListView {{ background: transparent; border: 0; }}
QListView::item {{ border-radius: 7px; padding: 5px 8px; }}
QListView::item:selected, QListView::item:hover {{ background: {raised}; color: {text}; }}
QScrollArea, QScrollArea > QWidget > QWidget#column {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ width: 8px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 8px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
"""


def palette_of(theme: Theme) -> QPalette:
    """The colours that widgets paint themselves with."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.background,
        role.WindowText: theme.text,
        role.Base: theme.card,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.rose,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Mid: theme.line,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Link: theme.accent,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.faint))
    return palette


def sheet_of(theme: Theme) -> str:
    """The style sheet in a theme's colours."""
    colours = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    chevron = (ASSETS / "icons" / f"chevron-{theme.name}.svg").as_posix()
    return _SHEET.format(chevron=chevron, handle="#DCE6F7" if theme.dark else "#FFFFFF", **colours)


def dress(application: QApplication, theme: Theme) -> None:
    """Give the whole program a theme; may be called at any time."""
    application.setPalette(palette_of(theme))
    application.setStyleSheet(sheet_of(theme))


def load_fonts() -> None:
    """Make the shipped fonts known and Inter the program's font; without them the system's own serve."""
    for file in sorted((ASSETS / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont("Inter")
    font.setPixelSize(12)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    QGuiApplication.setFont(font)


def system_theme() -> Theme:
    """The theme that the desktop asks for; dark where it does not say."""
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return LIGHT if light else DARK
