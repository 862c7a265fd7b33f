"""The pyramid after local updates is the pyramid of the changed labels."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editing.pictures import points, random_document
from segstudio.domain.stroke import Brush
from segstudio.editing.brush import paint_segment
from segstudio.editing.label_pyramid import LabelPyramid


@settings(deadline=None)
@given(
    width=st.integers(16, 90), height=st.integers(16, 90), way=st.tuples(points(), points()), size=st.floats(1, 40)
)
def test_updating_a_stroke_is_as_good_as_starting_anew(width, height, way, size):
    document = random_document(1, width, height)
    pyramid = LabelPyramid(document.labels, smallest=4)
    pyramid.update(paint_segment(document.begin_edit("Brush"), *way, Brush(size), 9))
    fresh = LabelPyramid(document.labels, smallest=4)
    assert len(fresh.levels) == len(pyramid.levels) > 1
    for found, expected in zip(pyramid.levels, fresh.levels, strict=True):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("scale", "level"), [(4.0, 0), (1.0, 0), (0.6, 0), (0.5, 1), (0.3, 1), (0.25, 2), (0.01, 3)]
)
def test_the_level_has_a_pixel_for_each_on_the_screen(scale, level):
    assert LabelPyramid(np.zeros((2048, 4096), np.uint8)).level_for(scale) == level


def test_the_first_level_is_the_labels_themselves():
    labels = np.zeros((600, 600), np.uint8)
    assert LabelPyramid(labels).levels[0] is labels


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is in use")
def test_levels_of_origins_take_no_room_where_nobody_has_painted() -> None:
    """In a process of its own: in this one the allocator may hand out memory that others have used."""
    grown = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True).stdout
    assert int(grown) < 25_000_000  # written out, they would be 45 MB


GROWTH = """
import resource
from pathlib import Path

import numpy as np

from segstudio.editing.label_pyramid import LabelPyramid


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


labels, origins = np.zeros((2, 8192, 8192), np.uint8)
origins[:50, :50] = 3
before = resident_bytes()
pyramid = LabelPyramid(labels, origins)
grown = resident_bytes() - before
assert (pyramid.origin_levels[2][:12, :12] == 3).all()
print(grown)
"""
