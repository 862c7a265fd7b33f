"""Finds out whether a window can be opened, because Qt would abort the program instead of saying why."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

WINDOWLESS = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})
COMMANDS = "`segstudio segment` and the other commands work without one."
INSTALL = (
    "sudo apt-get install libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-shape0 libxcb-xinerama0 libfontconfig1"
)


def why_no_window() -> str:
    """A sentence that says what is missing and what to do; empty where a window can be opened."""
    if importlib.util.find_spec("PySide6") is None:
        return f"The window needs PySide6, which is not installed: pip install pyside6-essentials. {COMMANDS}"
    if not sys.platform.startswith("linux"):
        return ""
    wanted = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if wanted not in WINDOWLESS:
        reason = _no_display()
        if reason:
            return reason
    return _missing_library(wanted)


def _no_display() -> str:
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return f"There is no display to open a window on (DISPLAY is not set). {COMMANDS}"
    if not _answers(os.environ["DISPLAY"]):
        return f"The display {os.environ['DISPLAY']!r} does not answer. Check DISPLAY, or ssh -X. {COMMANDS}"
    return ""


def _answers(display: str) -> bool:
    """Asks the X server; where its library is missing, ``_missing_library`` will say so."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
    xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(display.encode(), None)
    is_broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not is_broken


def _missing_library(wanted: str) -> str:
    """Loads Qt's own plugin for the display, as Qt will, but hears the loader's reason."""
    try:
        import PySide6.QtGui  # the answer to the question is whether this works
    except ImportError as error:
        return f"A system library that the window needs is missing ({error}). Type: {INSTALL}"
    if wanted in WINDOWLESS or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    plugin = Path(PySide6.QtGui.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.is_file():
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return f"A system library that the window needs is missing ({error}). Type: {INSTALL}"
    return ""
