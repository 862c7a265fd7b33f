"""Scenes on disk read back as they were drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.domain.geometry import Size
from segstudio.scenes import render_scene, street_classes
from segstudio.scenes.export import write_scenes

SIZE = Size(96, 64)


def test_the_files_hold_the_scenes(tmp_path: Path) -> None:
    paths = write_scenes(tmp_path, [4, 9001], SIZE)
    assert [path.name for path in paths] == ["scene-00004.png", "scene-09001.png"]
    for seed, path in zip((4, 9001), paths, strict=True):
        picture, labels = render_scene(seed, SIZE)
        np.testing.assert_array_equal(np.asarray(Image.open(path)), picture)
        with Image.open(tmp_path / "labels" / path.name) as written:
            assert written.mode == "P"
            np.testing.assert_array_equal(np.asarray(written), labels)
            palette = written.convert("RGB")
            np.testing.assert_array_equal(np.asarray(palette), street_classes().color_table()[labels])


def test_the_class_file_names_each_class(tmp_path: Path) -> None:
    write_scenes(tmp_path, [], SIZE)
    content = json.loads((tmp_path / "classes.json").read_text(encoding="utf-8"))
    assert content["ignore"] == 255
    assert content["classes"][0] == {"id": 0, "name": "Sky", "color": "#808080"}
    assert [entry["id"] for entry in content["classes"]] == list(street_classes().ids)


def test_the_command_writes_as_many_as_asked(tmp_path: Path) -> None:
    out = tmp_path / "scenes"
    asked = ["--count", "2", "--seed", "7", "--width", "64", "--height", "48"]
    done = subprocess.run(
        [sys.executable, "-m", "segstudio.scenes", str(out), *asked], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("2 scenes")
    assert sorted(path.name for path in out.glob("images/*")) == ["scene-00007.png", "scene-00008.png"]
    np.testing.assert_array_equal(
        np.asarray(Image.open(out / "labels" / "scene-00008.png")), render_scene(8, Size(64, 48))[1]
    )
