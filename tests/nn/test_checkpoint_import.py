"""Foreign parameter files that are damaged or of another network: each gets a sentence that names the fault."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.nn.checkpoint import weights
from segstudio.nn.checkpoint_import import import_checkpoint
from segstudio.nn.mxnet_params import V1, V2, V3, read_mxnet_params
from segstudio.nn.network import Network
from segstudio.nn.onnx_import import read_onnx_parameters
from segstudio.nn.tusimple import published_config, published_names

ARRAYS = {"arg:one": np.arange(6, dtype=np.float32).reshape(2, 3), "aux:two": np.array([7.5], np.float16)}
KINDS = {"float32": 0, "float64": 1, "float16": 2, "uint8": 3, "int32": 4, "int8": 5, "int64": 6}


def packed(arrays: dict[str, np.ndarray], magic: int = V2) -> bytes:
    parts = [struct.pack("<QQQ", 0x112, 0, len(arrays))]
    for array in arrays.values():
        parts.append(struct.pack("<I", magic) + (b"" if magic == V1 else struct.pack("<i", 0)))
        parts.append(struct.pack(f"<I{array.ndim}q", array.ndim, *array.shape))
        parts.append(struct.pack("<iii", 1, 0, KINDS[array.dtype.name]) + array.tobytes())
    parts.append(struct.pack("<Q", len(arrays)))
    parts.extend(struct.pack("<Q", len(name)) + name.encode() for name in arrays)
    return b"".join(parts)


@pytest.mark.parametrize("magic", [V1, V2, V3])
@pytest.mark.parametrize("kind", KINDS)
def test_every_format_and_type_is_read(tmp_path: Path, magic: int, kind: str) -> None:
    arrays = {name: (array * 2).astype(kind) for name, array in ARRAYS.items()}
    path = tmp_path / "a.params"
    path.write_bytes(packed(arrays, magic))
    found = read_mxnet_params(path)
    assert [array.name for array in found] == list(arrays)
    for array, wanted in zip(found, arrays.values(), strict=True):
        np.testing.assert_array_equal(array.read(), wanted.astype(np.float32))
        assert array.is_floating == kind.startswith("float")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_parameter_file_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(packed(ARRAYS, data.draw(st.sampled_from([V1, V2, V3]))))
    if data.draw(st.booleans(), "cut off"):
        raw = raw[: data.draw(st.integers(0, len(raw) - 1), "length")]
        path = tmp_path / "short.params"
        path.write_bytes(raw)
        with pytest.raises(ModelError):
            read_mxnet_params(path)
        return
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1), "position")] = data.draw(st.integers(0, 255), "value")
    path = tmp_path / "damaged.params"
    path.write_bytes(raw)
    try:
        for array in read_mxnet_params(path):
            assert array.read().nbytes <= 4 * len(raw)
    except ModelError as error:
        assert str(path) in str(error)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (struct.pack("<QQQ", 0x112, 0, 2**60), "speaks of"),
        (struct.pack("<QQQIiI2q", 0x112, 0, 1, V2, 0, 2, 2**31, 2**31) + struct.pack("<iii", 1, 0, 0), "cut off"),
        (struct.pack("<QQQIi", 0x112, 0, 1, V2, 1), "sparse"),
        (struct.pack("<QQQI", 0x112, 0, 1, 4), "formats v1, v2 and v3"),
        (struct.pack("<QQQIiI", 0x112, 0, 1, V2, 0, 4000), "4000 dimensions"),
        (packed(ARRAYS) + b"more", "follow the last name"),
    ],
)
def test_hostile_headers_are_refused_before_memory_is_taken(tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = tmp_path / "hostile.params"
    path.write_bytes(raw)
    with pytest.raises(ModelError, match=sentence):
        import_checkpoint(path)


@pytest.fixture(scope="module")
def published() -> dict[str, np.ndarray]:
    """Arrays of the published names and shapes, all zero: the memory is never really taken."""
    with torch.device("meta"):
        wanted = weights(Network(published_config()))
    names = published_names(wanted)
    return {names[own]: np.zeros(tuple(value.shape), np.uint8) for own, value in wanted.items()}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("missing", r"'conv3_2_3x3_weight' is missing"),
        ("unknown", r"no parameter 'fc2_weight'"),
        ("shape", r"'conv4_1_1x1_proj/bn_gamma' has the shape \(7,\), not \(1024,\)"),
        ("twice", r"'conv3_2_3x3_weight' occurs twice"),
        ("classes", r"'fc1_cityscapes_c0_weight' has the shape \(304, 2048, 3, 3\), not \(32, 2048, 3, 3\)"),
    ],
)
def test_the_wrong_parameter_is_named(
    tmp_path: Path, published: dict[str, np.ndarray], fault: str, sentence: str
) -> None:
    arrays = dict(published)
    match fault:
        case "missing":
            del arrays["conv3_2_3x3_weight"]
        case "unknown":
            arrays["fc2_weight"] = np.zeros(1, np.float32)
        case "shape":
            arrays["conv4_1_1x1_proj/bn_gamma"] = np.zeros(7, np.float32)
        case "twice":
            arrays["aux:conv3_2_3x3_weight"] = arrays["conv3_2_3x3_weight"]
    path = tmp_path / "wrong.params"
    path.write_bytes(packed(arrays))
    with pytest.raises(ModelError, match=sentence):
        import_checkpoint(path, classes=LabelSet.from_names(["a", "b"]) if fault == "classes" else None)
    path.unlink()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.params", b"", "neither"),
        ("a.pth", b"PK\x03\x04rest", "pickle"),
        ("a.pkl", b"\x80\x04rest", "pickle"),
        ("a.onnx", b"\xff\xff\xff no protobuf", "ONNX"),
        ("a.onnx", b"", "no parameters"),
        ("a.txt", b"words and words", "neither"),
    ],
)
def test_foreign_files_are_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=sentence):
        import_checkpoint(tmp_path / name)
    with pytest.raises(ModelError, match="can't be read"):
        import_checkpoint(tmp_path / "absent")


def saved(tmp_path: Path, *tensors: onnx.TensorProto) -> Path:
    path = tmp_path / "a.onnx"
    onnx.save(helper.make_model(helper.make_graph([], "g", [], [], list(tensors))), str(path))
    return path


def test_onnx_values_are_read_however_they_are_stored(tmp_path: Path) -> None:
    raw = numpy_helper.from_array(np.array([[1.5, 2.5]], np.float32), "raw")
    listed = helper.make_tensor("listed", onnx.TensorProto.FLOAT, [3], [1.0, 2.0, 3.0])
    first, second = read_onnx_parameters(saved(tmp_path, raw, listed))
    assert (first.name, first.shape, first.read().tolist()) == ("raw", (1, 2), [[1.5, 2.5]])
    assert (second.name, second.shape, second.read().tolist()) == ("listed", (3,), [1.0, 2.0, 3.0])


def test_an_onnx_shape_that_its_values_do_not_fill_is_refused(tmp_path: Path) -> None:
    tensor = numpy_helper.from_array(np.zeros(3, np.float32), "short")
    tensor.dims[0] = 2**40
    with pytest.raises(ModelError, match="'short' of shape"):
        read_onnx_parameters(saved(tmp_path, tensor))


def test_onnx_values_in_another_file_are_not_fetched(tmp_path: Path) -> None:
    tensor = numpy_helper.from_array(np.zeros(3, np.float32), "outside")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    with pytest.raises(ModelError, match="another file"):
        read_onnx_parameters(saved(tmp_path, tensor))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_onnx_file_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    listed = helper.make_tensor("listed", onnx.TensorProto.FLOAT16, [3], [1.0, 2.0, 3.0])
    path = saved(tmp_path, numpy_helper.from_array(np.arange(6, dtype=np.float32), "raw"), listed)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1), "position")] = data.draw(st.integers(0, 255), "value")
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)), "length")])
    try:
        for array in read_onnx_parameters(path):
            assert array.read().nbytes <= 8 * len(raw)
    except ModelError as error:
        assert str(error)
