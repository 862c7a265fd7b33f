"""Models from the command line: listed, looked into, checked, exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segstudio.cli.main import main
from tests.services.sitting import write_small_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "small.safetensors")


def test_the_bundled_model_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "list", "--json"]) == 0
    names = [model["name"] for model in json.loads(capsys.readouterr().out)]
    assert "streets" in names


def test_info_says_what_a_model_is(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", str(model)]) == 0
    told = capsys.readouterr().out
    assert "resnet18" in told
    assert "3 classes" in told
    assert main(["model", "info", str(model), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network"]["output_stride"] == 8


def test_a_whole_model_is_verified_and_a_cut_one_refused(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "verify", str(model)]) == 0
    model.write_bytes(model.read_bytes()[:-100])
    assert main(["model", "verify", str(model)]) == 1
    assert "cut off" in capsys.readouterr().err


def test_export_is_checked_with_onnx_runtime(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxruntime", reason="the onnx extra is not installed")
    assert main(["model", "export", str(model), "--output", str(tmp_path / "small.onnx")]) == 0
    assert (tmp_path / "small.onnx").stat().st_size > 1000
    assert "checked" in capsys.readouterr().out


def test_importing_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = tmp_path / "foreign.params"
    foreign.write_bytes(b"something else entirely, and long enough")
    assert main(["model", "import", str(foreign), "--output", str(tmp_path / "m.safetensors")]) == 1
    assert "foreign.params" in capsys.readouterr().err
    assert not (tmp_path / "m.safetensors").exists()
