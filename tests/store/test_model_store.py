"""A project's models: adopted, renamed, put aside and brought back; never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.errors import ModelError
from segstudio.store.model_store import DEFAULT_MODEL, ModelStore, find_model, list_models


@pytest.fixture
def bundled() -> Path:
    return find_model(DEFAULT_MODEL)


@pytest.fixture
def models(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path)


def test_an_adopted_model_is_a_copy_found_by_name(tmp_path: Path, models: ModelStore, bundled: Path) -> None:
    adopted = models.adopt(bundled, "mine")

    assert adopted.path == tmp_path / "models" / "mine.safetensors"
    assert adopted.path.read_bytes() == bundled.read_bytes()
    assert find_model("mine", tmp_path) == find_model("mine.safetensors", tmp_path) == adopted.path
    assert [(m.name, m.is_bundled) for m in list_models(tmp_path)][-1] == ("mine", False)


def test_a_taken_name_is_refused_and_a_free_one_offered(models: ModelStore, bundled: Path) -> None:
    models.adopt(bundled, "mine")
    with pytest.raises(ModelError, match="already"):
        models.adopt(bundled, "mine")

    assert models.free_name("mine") == "mine-2"
    assert models.free_name("other") == "other"


def test_what_is_no_model_is_not_adopted(tmp_path: Path, models: ModelStore) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"no model")

    with pytest.raises(ModelError):
        models.adopt(tmp_path / "bad.safetensors", "bad")
    assert models.listed() == ()


def test_a_model_is_renamed(models: ModelStore, bundled: Path) -> None:
    models.adopt(bundled, "mine")
    models.adopt(bundled, "other")
    with pytest.raises(ModelError, match="already"):
        models.rename("mine", "other")

    models.rename("mine", "third")
    assert {model.name for model in models.listed()} == {"other", "third"}


def test_a_deleted_model_can_be_brought_back(models: ModelStore, bundled: Path) -> None:
    models.adopt(bundled, "mine")
    first = models.delete("mine")
    models.adopt(bundled, "mine")
    second = models.delete("mine")
    assert models.listed() == ()

    assert models.undelete(first, "mine").name == "mine"
    assert models.undelete(second, "mine").name == "mine-2"
    with pytest.raises(ModelError, match="isn't there"):
        models.undelete(first, "mine")


def test_a_damaged_model_is_left_out_and_named(tmp_path: Path, models: ModelStore, bundled: Path) -> None:
    models.adopt(bundled, "good")
    (tmp_path / "models" / "cut.safetensors").write_bytes(bundled.read_bytes()[:100])

    assert [model.name for model in models.listed()] == ["good"]
    (fault,) = models.unreadable()
    assert "cut.safetensors" in fault


@pytest.mark.parametrize("name", ["", "../out", "a/b", "a\\b", ".", " x", "a:b", "x" * 101, "a\nb"])
def test_names_that_are_no_file_names_are_refused(models: ModelStore, bundled: Path, name: str) -> None:
    with pytest.raises(ModelError, match="can't be a model's name"):
        models.adopt(bundled, name)


def test_an_unknown_model_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model 'nowhere'.*streets"):
        find_model("nowhere", tmp_path)
