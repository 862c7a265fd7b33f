"""The two looks of the window: colours, palette and style sheet."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from segstudio.store.locations import resources_folder


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, each ``#rrggbb``."""

    name: str
    canvas: str
    window: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    good: str
    warn: str
    bad: str

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


DARK = Theme(
    name="dark",
    canvas="#131518",
    window="#1a1d21",
    panel="#202429",
    raised="#2a2f36",
    hover="#333a43",
    border="#343a43",
    text="#e7eaee",
    muted="#a3adb9",
    faint="#7b8592",
    accent="#5b95f5",
    accent_hover="#73a6fa",
    accent_soft="#2a3a55",
    on_accent="#0c1420",
    good="#4cbf91",
    warn="#e3ad4b",
    bad="#ef7078",
)

LIGHT = Theme(
    name="light",
    canvas="#dfe3e8",
    window="#f1f3f5",
    panel="#fbfcfd",
    raised="#ffffff",
    hover="#e6eaef",
    border="#d3d9e0",
    text="#1b2128",
    muted="#55606d",
    faint="#76818e",
    accent="#2b67d6",
    accent_hover="#1f58c2",
    accent_soft="#dce8fb",
    on_accent="#ffffff",
    good="#1c8a5f",
    warn="#a96f00",
    bad="#c93a44",
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def theme_named(name: str) -> Theme:
    """``dark``, ``light``, or for anything else what the desktop prefers."""
    if name in THEMES:
        return THEMES[name]
    prefers_light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return LIGHT if prefers_light else DARK


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Everything drawn from now on uses ``theme``."""
    application.setStyle("Fusion")
    application.setPalette(palette_of(theme))
    application.setStyleSheet(style_sheet(theme))


def palette_of(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for color_role, value in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.bad),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.faint),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.Mid, theme.border),
        (role.Midlight, theme.hover),
        (role.Dark, theme.border),
        (role.Light, theme.hover),
    ):
        palette.setColor(color_role, QColor(value))
    for color_role in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, color_role, QColor(theme.faint))
    return palette


def style_sheet(theme: Theme) -> str:
    """``window.qss`` with each ``@name`` replaced by the theme's colour of that name."""
    folder = resources_folder() / "styles"
    values = {**asdict(theme), "images": (folder / theme.name).as_posix()}
    source = (folder / "window.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda match: values[match[1]], source)
