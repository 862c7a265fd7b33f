"""The bar above the canvas: what the active tool can be told."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QSpinBox, QWidget

from segstudio.domain.classes import LabelSet
from segstudio.domain.stroke import Brush, PaintRule
from segstudio.editing.class_algebra import Combination
from segstudio.gui.canvas.tool_settings import ToolOptions
from segstudio.gui.panels.brush_options import BrushOptions
from segstudio.gui.panels.rule_options import RuleOptions
from segstudio.gui.parts import choice_box, number_box, row, separator, text_label

WITH_TIPS = frozenset({"brush", "eraser", "probability"})
USED_BY: dict[str, frozenset[str]] = {
    "brush": WITH_TIPS | {"superpixel", "refine", "border"},
    "area": frozenset({"polygon", "lasso", "rectangle", "ellipse", "wand", "smart", "scissors", "grabcut"}),
    "by_color": frozenset({"fill"}),
    "tolerance": frozenset({"wand", "fill"}),
    "contiguous": frozenset({"wand", "fill"}),
    "probability": frozenset({"probability"}),
    "superpixel": frozenset({"superpixel"}),
    "band": frozenset({"refine"}),
}
PAINTS_NOTHING = frozenset({"measure", "pick"})
AREA_WORDS = {
    Combination.ADD: "Paint inside",
    Combination.SUBTRACT: "Take from class",
    Combination.INTERSECT: "Keep only inside",
    Combination.EXCLUDE: "Reverse inside",
}


class ToolOptionsBar(QFrame):
    """Emits ``options_changed`` after a gesture; read ``brush``, ``rule`` and ``options`` then."""

    options_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setFixedHeight(42)
        self._options = ToolOptions()
        self._parts: dict[str, QWidget] = {}
        self._line = row(self, spacing=10)
        self._line.setContentsMargins(12, 0, 12, 0)
        self._title = text_label("Brush", "title")
        self._line.addWidget(self._title)
        self._brush = BrushOptions()
        self._brush.changed.connect(self.options_changed)
        self._add("brush", self._brush)
        self._add_numbers()
        self._rule = RuleOptions()
        self._rule.changed.connect(self.options_changed)
        self._add("over", separator(is_vertical=True), self._rule)
        self._line.addStretch(1)
        self.show_tool("brush", "Brush")

    @property
    def brush(self) -> Brush:
        return self._brush.brush

    @property
    def rule(self) -> PaintRule:
        """Without the locks, which are the class list's."""
        return self._rule.rule

    @property
    def options(self) -> ToolOptions:
        return self._options

    def show_tool(self, name: str, title: str) -> None:
        self._title.setText(title)
        for part, widget in self._parts.items():
            widget.setVisible(name not in PAINTS_NOTHING if part == "over" else name in USED_BY[part])
        self._brush.show_tips(wanted=name in WITH_TIPS)

    def show_brush(self, brush: Brush) -> None:
        """The canvas changed it. Nothing is emitted."""
        self._brush.show_brush(brush)

    def show_classes(self, label_set: LabelSet) -> None:
        """Those that a rule may name. Nothing is emitted."""
        self._rule.show_classes(label_set)

    def next_rule(self) -> None:
        self._rule.next_rule()

    def _add(self, name: str, *widgets: QWidget) -> None:
        part = QWidget()
        line = row(part, spacing=8)
        for widget in widgets:
            line.addWidget(widget)
        self._parts[name] = part
        self._line.addWidget(part)

    def _add_numbers(self) -> None:
        options = self._options
        self._add_area()
        self._add("by_color", self._check("By colour", "fill_by_color", is_on=options.fill_by_color))
        self._add_number("tolerance", "Tolerance", "tolerance", number_box(0, 255, options.tolerance))
        self._add("contiguous", self._check("Connected only", "is_contiguous", is_on=options.is_contiguous))
        percent = number_box(1, 99, round(options.minimum_probability * 100), suffix=" %")
        percent.valueChanged.connect(lambda value: self._use(minimum_probability=value / 100))
        percent.setPrefix("\N{GREATER-THAN OR EQUAL TO} ")
        percent.setToolTip("Paints only where the model gives the class at least this probability")
        self._add("probability", percent)
        side = number_box(4, 200, options.superpixel_side, suffix=" px")
        self._add_number("superpixel", "Piece", "superpixel_side", side)
        self._add_number("band", "Band", "band_width", number_box(2, 200, options.band_width, suffix=" px"))

    def _add_area(self) -> None:
        box = choice_box("What an area does")
        box.addItems(list(AREA_WORDS.values()))
        box.setToolTip("What an area does: paints the class, or cuts it")
        box.setMinimumWidth(80)
        box.setMinimumContentsLength(max(map(len, AREA_WORDS.values())))
        box.setMaximumWidth(160)
        box.currentIndexChanged.connect(lambda index: self._use(combination=tuple(AREA_WORDS)[index]))
        self._add("area", box)

    def _add_number(self, part: str, words: str, field: str, box: QSpinBox) -> None:
        box.valueChanged.connect(lambda value: self._use(**{field: value}))
        self._add(part, text_label(words, "muted"), box)

    def _check(self, words: str, field: str, *, is_on: bool) -> QCheckBox:
        box = QCheckBox(words)
        box.setChecked(is_on)
        box.toggled.connect(lambda on: self._use(**{field: on}))
        return box

    def _use(self, **changes: object) -> None:
        self._options = replace(self._options, **changes)  # type: ignore[arg-type]  # fields of the options
        self.options_changed.emit()
