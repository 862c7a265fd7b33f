"""Effort is what a person did, no more and no less, and a forecast says how sure it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageStatus
from segstudio.editing.document import LabelDocument
from segstudio.services.effort import as_json, effort_report
from segstudio.services.effort_meter import IDLE_SECONDS, EffortMeter, kept_share
from segstudio.store.effort_log import EffortEntry
from segstudio.store.project_store import ProjectStore
from services.project_images import image_id, make_project, paint


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> EffortMeter:
    return EffortMeter(clock=clock, wall_clock=lambda: 5.0)


def test_strokes_pixels_and_class_changes_are_counted(tmp_path: Path, meter: EffortMeter, clock: Clock) -> None:
    with make_project(tmp_path, ["a.png"]) as store:
        first = image_id(store, "a.png")
        document = LabelDocument(*store.labels.load(first))
    meter.begin(first, "streets")
    for class_id in (0, 0, 1, 0):
        clock.now += 1.0
        meter.note_class(class_id)
        clock.now += 2.0
        meter.note_change(paint(document, class_id, Rect(0, 0, 4, 5)))
    undone = document.undo()
    assert undone is not None
    clock.now += 1.0
    meter.note_change(undone)

    entry = meter.end(kept=0.5)
    # The second stroke paints what is there already and changes nothing.
    assert entry == EffortEntry(first, 5.0, "streets", 4, 2, 80, 13.0, 0.5)


def test_a_long_pause_is_left_out(meter: EffortMeter, clock: Clock) -> None:
    meter.begin(1, "")  # type: ignore[arg-type]  # any number will do
    for pause in (3.0, IDLE_SECONDS, IDLE_SECONDS + 1, 3600.0, 2.0):
        clock.now += pause
        meter.note_activity()
    entry = meter.end()
    assert entry is not None
    assert entry.active_seconds == 5.0 + IDLE_SECONDS


def test_an_image_that_was_only_looked_past_leaves_no_entry(meter: EffortMeter) -> None:
    meter.begin(1, "")  # type: ignore[arg-type]
    assert meter.end() is None
    assert meter.end() is None


def test_the_share_of_the_pre_label_kept() -> None:
    before = np.array([[0, 1, 255, 2]], np.uint8)
    after = np.array([[0, 2, 1, 2]], np.uint8)
    assert kept_share(before, after) == pytest.approx(2 / 3)
    assert kept_share(np.full((2, 2), 255, np.uint8), np.zeros((2, 2), np.uint8)) is None


def _log(store: ProjectStore, path: str, seconds: float, *, model: str = "streets", strokes: int = 4) -> None:
    store.effort.append(EffortEntry(image_id(store, path), 1.0, model, strokes, 1, 100, seconds, 0.8))
    store.index.set_statuses([image_id(store, path)], ImageStatus.VERIFIED)


def test_sittings_on_one_image_are_added_up_and_models_compared(tmp_path: Path) -> None:
    with make_project(tmp_path, ["a.png", "b.png", "c.png"]) as store:
        _log(store, "a.png", 10.0)
        _log(store, "b.png", 30.0, model="better", strokes=1)
        _log(store, "a.png", 5.0)
        report = effort_report(store)

    assert [(i.path, i.strokes, i.active_seconds, i.actions) for i in report.images] == [
        ("b.png", 1, 30.0, 2),
        ("a.png", 8, 15.0, 10),
    ]
    assert {m.model: (m.images, m.actions) for m in report.models} == {"streets": (1, 10), "better": (1, 2)}
    assert json.loads(json.dumps(as_json(report)))["images"][0]["path"] == "b.png"


def test_the_forecast_is_the_mean_times_what_is_left(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number}.png" for number in range(10)]) as store:
        assert effort_report(store).forecast is None
        for number, seconds in enumerate((10.0, 20.0)):
            _log(store, f"{number}.png", seconds)
        forecast = effort_report(store).forecast
        assert forecast is not None
        assert (forecast.images_left, forecast.seconds, forecast.seconds_error) == (8, 120.0, None)

        _log(store, "2.png", 15.0)
        forecast = effort_report(store).forecast
    assert forecast is not None
    # t(2) = 4.303, variance 25: 4.303 * sqrt(7 * 25 + 49 * 25 / 3)
    assert forecast.seconds == pytest.approx(105.0)
    assert forecast.seconds_error == pytest.approx(103.9, rel=0.02)


def test_the_forecast_goes_by_the_newest_model_once_three_images_are_done_with_it(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number}.png" for number in range(10)]) as store:
        for number in range(4):
            _log(store, f"{number}.png", 60.0)
        for number in range(4, 6):
            _log(store, f"{number}.png", 6.0, model="better", strokes=1)
        mixed = effort_report(store).forecast
        _log(store, "6.png", 6.0, model="better", strokes=1)
        forecast = effort_report(store).forecast
    assert mixed is not None and forecast is not None
    assert (mixed.based_on, forecast.based_on) == (6, 3)
    assert forecast.seconds == pytest.approx(18.0)
    assert (forecast.next_actions, forecast.next_actions_error) == (2.0, 0.0)


def test_the_error_bar_holds_the_truth_in_about_95_of_100_cases() -> None:
    from segstudio.services.effort import _total

    random = np.random.default_rng(4)
    hits = 0
    for _ in range(2000):
        values = random.normal(30.0, 8.0, 36)
        total, error = _total(values[:6].tolist(), 30)
        assert error is not None
        hits += abs(values[6:].sum() - total) <= error
    assert 0.93 <= hits / 2000 <= 0.97
