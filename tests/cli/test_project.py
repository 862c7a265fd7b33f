"""`segstudio project`, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.cli.main import main
from segstudio.domain.classes import LabelSet
from segstudio.formats.class_file import write_classes
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.services.effort import EffortEntry
from segstudio.store.project_store import ProjectStore

CLASSES = LabelSet.from_names(["road", "car"])
ACTIONS = ("create", "info", "statistics", "effort", "list", "mark", "scan", "split", "import", "export")
ACTIONS += ("pre-label", "undo", "versions", "samples", "repair")

Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must succeed (or end with ``code``); what it printed on stdout."""

    def run(*words: object, code: int = 0) -> str:
        found = main(["project", *map(str, words)])
        printed = capsys.readouterr()
        assert found == code, printed.err
        if code:
            assert printed.err.strip().splitlines()[-1].startswith("segstudio: ")
        return printed.out if not code else printed.err

    return run


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for seed, name in enumerate(("a.png", "sub/b.png", "sub/ç d.png")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 256, (20, 30, 3), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.fixture
def project(tmp_path: Path, images: Path, say: Say) -> Path:
    write_classes(tmp_path / "classes.json", CLASSES)
    say("create", tmp_path / "p", "--images", images, "--classes", tmp_path / "classes.json")
    return tmp_path / "p"


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    folder = tmp_path / "masks"
    for value, name in enumerate(("a.png", "sub/b.png")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_label_map(folder / name, np.full((20, 30), value, np.uint8), CLASSES)
    write_classes(folder / "classes.json", CLASSES)
    return folder


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_help_with_an_example(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["project", action, "--help"])
    assert ended.value.code == 0
    assert f"Example: segstudio project {action}" in capsys.readouterr().out


def test_help_imports_neither_torch_nor_pictures() -> None:
    code = (
        "import sys\nfrom segstudio.cli.main import main\n"
        "try:\n    main(['project', 'list', '--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('torch', 'cv2', 'PIL', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_a_new_project_says_what_it_is(project: Path, images: Path, say: Say) -> None:
    info = json.loads(say("info", project, "--json"))

    assert (info["images"], info["image_folder"], info["name"]) == (3, str(images), "p")
    assert [spec["name"] for spec in info["classes"]] == ["road", "car"]
    assert info["held_by"] is None
    assert "3 new" in say("info", project)


def test_a_project_takes_its_classes_from_the_model(tmp_path: Path, images: Path, say: Say) -> None:
    say("create", tmp_path / "q", "--images", images)
    names = [spec["name"] for spec in json.loads(say("info", tmp_path / "q", "--json"))["classes"]]
    assert "Road" in names


def test_images_are_marked_listed_and_sorted(project: Path, say: Say) -> None:
    say("mark", project, "sub/b.png", "--set-status", "verified", "--flag", "--note", "naß")
    say("mark", project, "a.png", "--set-split", "test")

    def listed(*words: str) -> list[str]:
        return [image["path"] for image in json.loads(say("list", project, "--json", *words))]

    assert listed() == ["a.png", "sub/b.png", "sub/ç d.png"]
    assert listed("--status", "verified", "--flagged", "--text", "NASS") == ["sub/b.png"]
    assert listed("--split", "test") == ["a.png"]
    assert listed("--sort", "status", "--descending")[0] == "sub/b.png"
    say("mark", project, "sub/b.png", "--no-flag")
    assert listed("--flagged") == []
    assert "naß" in say("list", project)


def test_labels_come_in_and_go_out(project: Path, masks: Path, tmp_path: Path, say: Say) -> None:
    report = json.loads(say("import", project, masks, "--from", "index-png", "--json"))
    assert (report["images"], report["new_classes"], report["unmatched"]) == (2, [], [])

    exported = json.loads(
        say("export", project, "--to", "index-png", "--output", tmp_path / "out", "--class", "car", "--json")
    )
    assert (exported["images"], exported["is_exact"]) == (1, True)
    assert (read_label_map(tmp_path / "out" / "sub" / "b.png") == 1).all()

    statistics = json.loads(say("statistics", project, "--json"))
    assert [(c["name"], c["images"], c["pixels"]) for c in statistics["classes"]] == [
        ("road", 1, 600),
        ("car", 1, 600),
    ]
    assert say("statistics", project, "--csv").splitlines()[1] == "0,road,no,1,600,0.500000"
    assert say("statistics", project, "--csv", "progress").splitlines()[0] == "day,pre-labelled,corrected,verified"


@pytest.fixture
def bare_masks(tmp_path: Path) -> Path:
    """Without a class list; the value after the last class as CamVid has it."""
    labels = np.zeros((20, 30), np.uint8)
    labels[:10], labels[15:] = 1, 2
    (tmp_path / "bare").mkdir()
    Image.fromarray(labels).save(tmp_path / "bare" / "a.png")
    return tmp_path / "bare"


def pixels_of(project: Path, say: Say) -> dict[str, int]:
    classes = json.loads(say("statistics", project, "--json"))["classes"]
    return {each["name"]: each["pixels"] for each in classes}


def test_values_without_a_class_list_are_the_projects(project: Path, bare_masks: Path, say: Say) -> None:
    refused = say("import", project, bare_masks, "--from", "index-png", code=1)
    assert "The value 2 is not in the class list" in refused
    assert "--map 2=ignore" in refused
    report = say("import", project, bare_masks, "--from", "index-png", "--map", "2=ignore")
    assert "New classes" not in report
    assert pixels_of(project, say) == {"road": 150, "car": 300}


def test_a_mapping_may_name_the_projects_classes(project: Path, bare_masks: Path, say: Say) -> None:
    say("import", project, bare_masks, "--from", "index-png", "--map", "2=Car")
    assert pixels_of(project, say) == {"road": 150, "car": 450}
    refused = say("import", project, bare_masks, "--from", "index-png", "--map", "2=cow", code=1)
    assert "There is no class 'cow'" in refused
    assert "road, car" in refused


def test_a_name_of_the_source_may_become_a_class_of_the_project(
    project: Path, masks: Path, tmp_path: Path, say: Say
) -> None:
    write_classes(masks / "classes.json", LabelSet.from_names(["lawn", "CAR"]))
    words = ["convert", masks, "--from", "index-png", "--to", "labelme", "--output", tmp_path / "shapes"]
    assert main([str(word) for word in words]) == 0
    say("import", project, tmp_path / "shapes", "--from", "labelme", "--map", "lawn=road", "--uncovered", "car")
    assert list(pixels_of(project, say)) == ["road", "car"]
    assert pixels_of(project, say)["road"] > 500


def test_an_import_is_taken_back(project: Path, masks: Path, say: Say) -> None:
    say("import", project, masks, "--from", "index-png")
    assert "taken back in 2 images" in say("undo", project)
    assert json.loads(say("list", project, "--status", "corrected", "--json")) == []
    assert "nothing" not in say("undo", project, code=1)


def test_an_earlier_version_is_looked_at_and_restored(project: Path, masks: Path, tmp_path: Path, say: Say) -> None:
    say("import", project, masks, "--from", "index-png")
    write_label_map(masks / "a.png", np.ones((20, 30), np.uint8), CLASSES)
    say("import", project, masks, "--from", "index-png")
    newest, *_, oldest = json.loads(say("versions", project, "a.png", "--json"))
    assert newest["number"] != oldest["number"]

    say("versions", project, "a.png", "--write", oldest["number"], tmp_path / "old.png")
    assert (read_label_map(tmp_path / "old.png") == 0).all()
    say("versions", project, "a.png", "--restore", oldest["number"])
    assert (read_label_map(project / "labels" / "a.png") == 0).all()
    say("versions", project, "a.png", "--restore", 999, code=1)


def test_a_split_is_frozen_once_made(project: Path, say: Say) -> None:
    first = json.loads(say("split", project, "--validation", "0.34", "--json"))
    again = json.loads(say("split", project, "--validation", "0.9", "--json"))

    assert first["counts"] == again["counts"] == {"train": 2, "validation": 1, "test": 0}
    assert again["kept"] == 3
    assert "nothing to train on" in say("split", project, "--validation", "1", code=1)


def test_moved_images_are_found_again(project: Path, images: Path, say: Say) -> None:
    (images / "a.png").rename(images / "z.png")
    (images / "sub" / "b.png").unlink()
    report = json.loads(say("scan", project, "--json"))

    assert report["moved"] == [{"from": "a.png", "to": "z.png"}]
    assert report["missing"] == ["sub/b.png"]
    assert [image["path"] for image in json.loads(say("list", project, "--missing", "--json"))] == ["sub/b.png"]


def test_effort_is_told_with_a_forecast(project: Path, say: Say) -> None:
    assert "Nobody has worked" in say("effort", project)
    with ProjectStore.open(project) as store:
        first = store.records[0].id
        store.effort.append(EffortEntry(first, 1.0, "streets", 7, 2, 500, 60.0, 0.9))
    say("mark", project, "a.png", "--set-status", "verified")

    report = json.loads(say("effort", project, "--json"))
    assert (report["images"][0]["strokes"], report["images"][0]["active_seconds"]) == (7, 60.0)
    assert report["forecast"]["images_left"] == 2
    assert "Left: 2 images, about 2 minutes" in say("effort", project)
    assert say("effort", project, "--csv").splitlines()[1] == "a.png,streets,7,2,500,60.0,0.9000"


def test_the_model_labels_what_nobody_has(tmp_path: Path, images: Path, say: Say) -> None:
    project = tmp_path / "q"
    say("create", project, "--images", images)
    report = json.loads(say("pre-label", project, "--text", "sub/", "--device", "cpu", "--json"))

    assert (report["changed"], report["failed"]) == (2, [])
    listed = {i["path"]: i for i in json.loads(say("list", project, "--json"))}
    assert listed["sub/b.png"]["status"] == "pre-labelled"
    assert listed["a.png"]["status"] == "new"
    assert 0 < listed["sub/b.png"]["uncertainty"] < 1
    say("undo", project, "sub/b.png")
    assert json.loads(say("list", project, "--status", "pre-labelled", "--json"))[0]["path"] == "sub/ç d.png"


def test_channels_stretch_and_page_are_kept_with_the_project(project: Path, say: Say) -> None:
    nothing = {"channels": None, "stretch": None, "page": 1}
    assert json.loads(say("samples", project, "--json")) == nothing
    assert "4, 4, 4 as red" in say("samples", project, "--channels", "4", "--stretch", "2,98", "--page", "3")
    kept = {"channels": [4, 4, 4], "stretch": [2.0, 98.0], "page": 3}
    assert json.loads(say("samples", project, "--json")) == kept
    say("samples", project, "--reset", "--channels", "1", code=1)
    assert json.loads(say("samples", project, "--reset", "--json")) == nothing


def test_a_damaged_project_is_repaired(project: Path, masks: Path, say: Say) -> None:
    say("import", project, masks, "--from", "index-png")
    (project / "project.sqlite").write_bytes(b"garbage")
    assert "segstudio project repair" in say("list", project, code=1)

    report = json.loads(say("repair", project, "--json"))
    assert (report["images"], report["labelled"], report["unsolved"]) == (3, 2, [])
    assert len(json.loads(say("list", project, "--status", "corrected", "--json"))) == 2


def test_a_held_project_is_read_but_not_written(project: Path, say: Say) -> None:
    with ProjectStore.open(project):
        assert "open in process" in say("info", project)
        assert "held by process" in say("mark", project, "a.png", "--flag", code=1)
    say("mark", project, "a.png", "--flag")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("info", "nowhere"), "no folder"),
        (("create", "x", "--images", "nowhere"), "no folder of images"),
        (("list", "{project}", "--class", "tree"), "no class 'tree'"),
        (("list", "{project}", "--since", "yesterday"), "not a day"),
        (("mark", "{project}", "a.png"), "Say what to set"),
        (("mark", "{project}", "stranger.png", "--flag"), "no image 'stranger.png'"),
        (("versions", "{project}", "stranger.png"), "no image 'stranger.png'"),
        (("import", "{project}", "nowhere", "--from", "index-png"), "no such file"),
        (("import", "{project}", "nowhere", "--from", "nonsense"), "nonsense"),
        (("export", "{project}", "--to", "index-png", "--output", "o"), "has labels yet"),
        (("pre-label", "{project}", "--model", "nowhere"), "no model 'nowhere'"),
        (("undo", "{project}", "--run", "7"), "no batch run number 7"),
        (("repair", "{project}/labels"), "nothing of a project"),
    ],
)
def test_failures_are_one_sentence(
    project: Path, say: Say, words: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say(*(word.replace("{project}", str(project)) for word in words), code=1)
    assert sentence in said
    assert "Traceback" not in said


def test_a_project_can_be_about_some_of_the_folders_only(images: Path, tmp_path: Path, say: Say) -> None:
    say("create", tmp_path / "parts", "--images", images, "--only", "sub")
    found = [each["path"] for each in json.loads(say("list", tmp_path / "parts", "--json"))]
    assert found == ["sub/b.png", "sub/ç d.png"]
