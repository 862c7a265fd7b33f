"""Model files: nothing is lost, nothing is believed, nothing is executed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import (
    ChannelMap,
    HeadKind,
    ModelInfo,
    NetworkConfig,
    Normalization,
    Scores,
    StemKind,
)
from segstudio.nn.checkpoint import read_model, write_model
from segstudio.nn.model_codec import decode_model_info, encode_model_info
from segstudio.nn.model_header import METADATA_KEY, read_model_info
from tests.nn.networks import info_of, small_config, small_network

CONFIG = small_config(base_width=4, aspp_rates=(6, 12))
texts = st.text(st.characters(codec="utf-8"), max_size=12)
fractions = st.floats(0, 1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "small.safetensors"
    write_model(path, small_network(CONFIG), info_of(CONFIG))
    return path


@st.composite
def infos(draw: st.DrawFn) -> ModelInfo:
    ids = draw(st.lists(st.integers(0, 254), min_size=1, max_size=6, unique=True))
    classes = tuple(
        ClassSpec(
            class_id,
            f"{class_id} {draw(texts)}",
            draw(st.tuples(*[st.integers(0, 255)] * 3)),
            draw(st.none() | texts),
            draw(st.booleans()),
        )
        for class_id in sorted(ids)
    )
    triples = st.tuples(*[st.floats(0.1, 300)] * 3)
    return ModelInfo(
        name=draw(texts),
        network=NetworkConfig(
            trunk=draw(texts),
            channels=len(ids),
            output_stride=draw(st.integers()),
            cell_width=draw(st.integers()),
            dilations=(tuple(draw(st.lists(st.integers()))), tuple(draw(st.lists(st.integers())))),
            schedule=draw(texts),
            head=draw(st.sampled_from(HeadKind)),
            aspp_rates=tuple(draw(st.lists(st.integers()))),
            stem=draw(st.sampled_from(StemKind)),
            base_width=draw(st.integers()),
            batch_norm_epsilon=draw(fractions),
        ),
        label_set=LabelSet(classes),
        channel_map=ChannelMap(tuple(draw(st.permutations(ids)))),
        normalization=Normalization(draw(triples), draw(triples)),
        scores=tuple(
            draw(
                st.lists(
                    st.builds(Scores, texts, fractions, fractions, st.dictionaries(texts, fractions)), max_size=2
                )
            )
        ),
        parent=draw(st.none() | texts),
        licence=draw(texts),
        created=draw(texts),
        notes=draw(texts),
    )


@settings(max_examples=50, deadline=None)
@given(infos())
def test_a_description_comes_back_as_it_was(info: ModelInfo) -> None:
    assert decode_model_info(encode_model_info(info)) == info


@pytest.mark.parametrize("half", [False, True])
def test_a_model_comes_back_as_it_was(tmp_path: Path, half: bool) -> None:
    network, info = small_network(CONFIG), info_of(CONFIG)
    path = tmp_path / "model.safetensors"
    write_model(path, network, info, half=half)
    read, read_info = read_model(path)
    assert read_info == info == read_model_info(path)
    assert not read.training
    for name, value in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            torch.testing.assert_close(
                read.state_dict()[name], value, rtol=1e-3 if half else 0, atol=1e-6 if half else 0
            )
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


def test_half_storage_halves_the_file_and_keeps_batch_norms_exact(tmp_path: Path) -> None:
    config = small_config(base_width=16)
    network = small_network(config)
    write_model(tmp_path / "whole", network, info_of(config))
    write_model(tmp_path / "half", network, info_of(config), half=True)
    assert (tmp_path / "half").stat().st_size < 0.55 * (tmp_path / "whole").stat().st_size
    assert {str(v.dtype) for k, v in load_file(tmp_path / "half").items() if ".bn" in k} == {"torch.float32"}


def test_a_read_network_can_be_trained_further(model: Path) -> None:
    network, _ = read_model(model)
    network.train()
    network(torch.randn(2, 3, 32, 32)).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_a_failed_write_leaves_the_old_file_alone(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(model.read_bytes())
    broken = small_network(CONFIG)
    with torch.no_grad():
        broken.head.branches[0].weight[0, 0, 0, 0] = float("nan")
    with pytest.raises(ModelError, match=r"head\.branches\.0\.weight"):
        write_model(path, broken, info_of(CONFIG))
    assert path.read_bytes() == model.read_bytes()
    with pytest.raises(ModelError, match="can't be written"):
        write_model(tmp_path / "no" / "folder.safetensors", small_network(CONFIG), info_of(CONFIG))


def rewritten(
    source: Path, target: Path, change: Callable[[dict[str, torch.Tensor], dict[str, object]], None]
) -> Path:
    """``source`` with its tensors and description changed, as a valid safetensors file."""
    tensors = load_file(source)
    description = json.loads(encode_model_info(read_model_info(source)))
    change(tensors, description)
    save_file(tensors, target, metadata={METADATA_KEY: json.dumps(description)})
    return target


def _drop(tensors: dict[str, torch.Tensor], _: dict[str, object]) -> None:
    del tensors["trunk.layer2.0.conv1.weight"]


def _add(tensors: dict[str, torch.Tensor], _: dict[str, object]) -> None:
    tensors["trunk.fc.weight"] = torch.zeros(3)


def _reshape(tensors: dict[str, torch.Tensor], _: dict[str, object]) -> None:
    tensors["trunk.conv1.weight"] = torch.zeros(4, 3, 5, 5)


def _whole_numbers(tensors: dict[str, torch.Tensor], _: dict[str, object]) -> None:
    tensors["trunk.conv1.weight"] = torch.zeros(4, 3, 7, 7, dtype=torch.int32)


def _not_a_number(tensors: dict[str, torch.Tensor], _: dict[str, object]) -> None:
    tensors["trunk.conv1.weight"][0] = float("inf")


def _huge(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["network"]["base_width"] = 512  # type: ignore[index]


def _impossible(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["network"]["base_width"] = 10**15  # type: ignore[index]


def _strange_trunk(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["network"]["trunk"] = "os.system"  # type: ignore[index]


def _strange_head(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["network"]["head"] = "x"  # type: ignore[index]


def _newer(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["format"] = 2


def _no_name(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    del description["name"]


def _text_for_number(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["mean"] = ["0", "0", "0"]


def _channel_of_no_class(_: dict[str, torch.Tensor], description: dict[str, object]) -> None:
    description["channel_class_ids"] = [200, 201, 202, 203, 204]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop, r"'trunk\.layer2\.0\.conv1\.weight' is missing"),
        (_add, r"no tensor 'trunk\.fc\.weight'"),
        (_reshape, r"'trunk\.conv1\.weight' has the shape \(4, 3, 5, 5\)"),
        (_whole_numbers, "type 'I32'"),
        (_not_a_number, "no numbers"),
        (_huge, "has the shape"),
        (_impossible, "base width"),
        (_strange_trunk, "no trunk 'os.system'"),
        (_strange_head, "contradicts"),
        (_newer, "Update SegStudio"),
        (_no_name, "lacks 'name'"),
        (_text_for_number, "finite number"),
        (_channel_of_no_class, "label set lacks"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_does_not_fit_is_refused_by_name(
    model: Path, tmp_path: Path, change: Callable[..., None], sentence: str
) -> None:
    path = rewritten(model, tmp_path / "changed.safetensors", change)
    with pytest.raises(ModelError, match=sentence) as caught:
        read_model(path)
    assert str(path) in str(caught.value)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    contents = {
        "empty": b"",
        "pickle": pickle.dumps({"weights": [1, 2, 3]}),
        "text": b"hello, this is no model at all",
        "endless header": (2**63).to_bytes(8, "little") + b"{}",
        "deep header": (200_000).to_bytes(8, "little") + b"[" * 200_000,
        "list": (2).to_bytes(8, "little") + b"[]",
        "no description": (2).to_bytes(8, "little") + b"{}",
    }
    for name, content in contents.items():
        path.write_bytes(content)
        with pytest.raises(ModelError):
            read_model(path)
            pytest.fail(name)
    with pytest.raises(ModelError):
        read_model(tmp_path / "absent.safetensors")
    with pytest.raises(ModelError):
        read_model(tmp_path)


def with_header(model: Path, target: Path, change: Callable[[dict[str, dict[str, object]]], None]) -> Path:
    raw = model.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    change(header)
    described = json.dumps(header).encode()
    target.write_bytes(len(described).to_bytes(8, "little") + described + raw[8 + length :])
    return target


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [1], "data_offsets": [0, 10**15]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, -4]},
        {"dtype": "F32", "shape": "all", "data_offsets": [0, 4]},
        {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]},
        "F32",
    ],
)
def test_impossible_tensors_are_refused_before_memory_is_taken(model: Path, tmp_path: Path, entry: object) -> None:
    def change(header: dict[str, object]) -> None:
        header["trunk.conv1.weight"] = entry

    with pytest.raises(ModelError, match=r"trunk\.conv1\.weight"):
        read_model(with_header(model, tmp_path / "hostile.safetensors", change))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_harmless(model: Path, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(model.read_bytes())
    header = int.from_bytes(raw[:8], "little")
    if data.draw(st.booleans(), "cut off"):
        raw = raw[: data.draw(st.integers(0, len(raw) - 1), "length")]
    else:
        position = data.draw(st.integers(0, header + 200), "position")
        raw[position] = data.draw(st.integers(0, 255), "value")
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(raw)
    try:
        network, info = read_model(path)
    except ModelError:
        return
    assert network.config == info.network
    assert len(raw) == model.stat().st_size


def test_reading_the_description_imports_no_torch(model: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from segstudio.nn.model_header import read_model_info; "
        f"assert read_model_info({str(model)!r}).name == 'test'; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_info_for_another_network_is_written_with_the_networks_own_configuration(tmp_path: Path) -> None:
    network, info = small_network(CONFIG), info_of(CONFIG)
    write_model(tmp_path / "m", network, replace(info, network=replace(CONFIG, schedule="mistaken")))
    assert read_model_info(tmp_path / "m").network == CONFIG
