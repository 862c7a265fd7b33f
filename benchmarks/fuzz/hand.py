"""What a random hand does next, and doing it."""

from __future__ import annotations

import faulthandler
import random
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

if TYPE_CHECKING:
    from benchmarks.fuzz.random_hand import Faults
    from segstudio.gui.main_window import MainWindow

LONGEST_TURN_SECONDS = 10.0
LONGEST_CLOSE_SECONDS = 120.0
KEPT_DEEDS = 25
SETTLES_MS = 4000
"""So that the first image is open before the hand begins."""
SENDS_AWAY = 0.06
"""Of the turns in which something lies before the window."""
NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
MODIFIERS = (
    *(NO_KEY,) * 4,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LETTERS = tuple(range(Qt.Key.Key_A, Qt.Key.Key_Z + 1))
DIGITS = tuple(range(Qt.Key.Key_0, Qt.Key.Key_9 + 1))
OTHERS = (
    Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Minus, Qt.Key.Key_Plus, Qt.Key.Key_Comma,
    Qt.Key.Key_Period, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Tab,
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_F1, Qt.Key.Key_F2,
    Qt.Key.Key_F5,
)  # fmt: skip

LEFT_ALONE = ("quit", "full_screen")
"""A window without a screen can't be painted when it fills that."""


class Hand:
    """Does one thing in each turn of the window's loop, in whatever lies in front; closes the window at the end."""

    def __init__(self, window: MainWindow, *, seed: int, events: int, deeds: list[str], faults: Faults) -> None:
        self._window = window
        self._random = random.Random(seed)
        self._left = events
        self._deeds = deeds
        self._faults = faults
        self._last_turn = time.monotonic()

    def begin(self) -> None:
        QTimer.singleShot(SETTLES_MS, self._on_turn)

    def _on_turn(self) -> None:
        now = time.monotonic()
        if self._left and now - self._last_turn > LONGEST_TURN_SECONDS and len(self._deeds) > 1:
            self._faults.note(f"a turn of {now - self._last_turn:.0f} s")
        faulthandler.dump_traceback_later(LONGEST_CLOSE_SECONDS, exit=True)
        # A new timer for each turn: what is done may wait in a loop of its own, as a menu does.
        QTimer.singleShot(0, self._on_turn)
        self._left -= 1
        if self._left <= 0:
            self._leave()
        else:
            self._act()
        self._last_turn = time.monotonic()

    def _act(self) -> None:
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._window
        if isinstance(front, QFileDialog):
            # It could delete what isn't ours.
            front.reject()
            return
        if front is not self._window and self._random.random() < SENDS_AWAY:
            self._note(f"sends {type(front).__name__} away")
            front.close()
            return
        chance = self._random.random()
        if chance < 0.3 and front is self._window:
            self._stroke()
        elif chance < 0.4 and front is self._window:
            self._command()
        elif chance < 0.75:
            self._press_a_key(front)
        elif chance < 0.93:
            self._click(front)
        else:
            self._turn_the_wheel()

    def _stroke(self) -> None:
        canvas, place = self._window.canvas, self._place_in(self._window.canvas)
        button = self._random.choice((LEFT, LEFT, LEFT, LEFT, RIGHT))
        modifier = self._random.choice(MODIFIERS)
        self._note(f"stroke {place.x()},{place.y()} {modifier.name}")
        QTest.mousePress(canvas, button, modifier, place)
        for _ in range(self._random.randrange(6)):
            place += QPoint(self._random.randrange(-80, 80), self._random.randrange(-80, 80))
            self._move(canvas, place, button, modifier)
        if self._random.random() < 0.1:
            self._press_a_key(self._window)
        QTest.mouseRelease(canvas, button, modifier, place)

    @staticmethod
    def _move(widget: QWidget, place: QPoint, button: Qt.MouseButton, modifier: Qt.KeyboardModifier) -> None:
        kind, local = QEvent.Type.MouseMove, QPointF(place)
        nothing = Qt.MouseButton.NoButton
        QApplication.sendEvent(
            widget, QMouseEvent(kind, local, widget.mapToGlobal(local), nothing, button, modifier)
        )

    def _press_a_key(self, front: QWidget) -> None:
        key = Qt.Key(self._random.choice(self._random.choice((LETTERS, LETTERS, DIGITS, OTHERS))))
        modifier = self._random.choice(MODIFIERS)
        if key == Qt.Key.Key_Q and modifier & Qt.KeyboardModifier.ControlModifier:
            return
        self._note(f"{modifier.name} {key.name}")
        QTest.keyClick(QApplication.focusWidget() or front, key, modifier)

    def _command(self) -> None:
        """What is in the menus, also what a click would seldom reach."""
        spec, action = self._random.choice(list(self._window.actions_table))
        if action.isEnabled() and spec.name not in LEFT_ALONE:
            self._note(f"command {spec.name}")
            action.trigger()

    def _click(self, front: QWidget) -> None:
        place = self._place_in(front)
        hit = front.childAt(place) or front
        button = self._random.choice((LEFT, LEFT, LEFT, LEFT, RIGHT))
        self._note(f"click {type(hit).__name__} in {type(front).__name__} at {place.x()},{place.y()} {button.name}")
        QTest.mouseClick(hit, button, NO_KEY, hit.mapFrom(front, place))

    def _turn_the_wheel(self) -> None:
        canvas, place = self._window.canvas, QPointF(self._place_in(self._window.canvas))
        turn = QPoint(0, self._random.choice((-120, 120)) * self._random.randrange(1, 4))
        modifier = self._random.choice(MODIFIERS)
        self._note(f"wheel {turn.y()} {modifier.name}")
        wheel = QWheelEvent(
            place, canvas.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton, modifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, wheel)

    def _leave(self) -> None:
        """Closes what lies in front, then the window; asks again until it goes."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if front is not None:
            self._note(f"leaves {type(front).__name__}")
            front.close()
            return
        self._note("leaves the window")
        self._window.close()

    def _place_in(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(max(1, widget.width())), self._random.randrange(max(1, widget.height()))
        )

    def _note(self, deed: str) -> None:
        self._deeds.append(deed)
        del self._deeds[:-KEPT_DEEDS]
