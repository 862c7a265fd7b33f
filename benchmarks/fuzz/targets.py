"""What is fuzzed: every reader of a file that a stranger may have made. Each may only raise a whole sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import decode_change, encode_change
from segstudio.formats.class_file import read_classes, write_classes
from segstudio.formats.exchange import LabelledImage, OverlapOrder, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.image_files import read_image, read_image_size
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.formats.registry import find_format
from segstudio.nn.model_header import read_model_header
from segstudio.store.packed_labels import PackedPair
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import decode_planes, encode_planes

CLASSES = LabelSet.from_names(["sky", "road", "tree"])

Seeds = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """``run`` reads the hostile bytes, with a folder of its own to put them into; ``seeds`` are honest ones."""

    name: str
    run: Callable[[bytes, Path], None]
    seeds: Callable[[Path], Seeds]
    is_json: bool = False


def try_target(target: Target, data: bytes, folder: Path) -> None:
    """Raises whatever isn't a sentence for the user: a fault."""
    try:
        target.run(data, folder)
    except SegStudioError:
        pass
    finally:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def labels_of(width: int = 23, height: int = 17) -> np.ndarray:
    labels = np.zeros((height, width), np.uint8)
    labels[3:9, 4:12], labels[5:7, 6:8], labels[-4:, -5:] = 1, 2, 255
    return labels


def exchange_target(name: str, file: str, style: RegionStyle | None = None) -> Target:
    """One file of a format's folder is hostile, the others are what its own writer made."""
    spec = find_format(name)
    honest: Seeds = {}

    def seeds(folder: Path) -> Seeds:
        assert spec.open_writer is not None
        out = folder / "honest"
        with closing(spec.open_writer(out, WriteOptions(CLASSES, style=style))) as writer:
            writer.write(LabelledImage(PurePosixPath("a.png"), labels_of()))
            writer.finish()
        honest.update(
            {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        )
        return {f"{name}-{style or 'labels'}": honest[file]}

    def run(data: bytes, folder: Path) -> None:
        if not honest:
            seeds(folder)
        for path, content in (honest | {file: data}).items():
            (folder / "it" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "it" / path).write_bytes(content)
        assert spec.open_reader is not None
        reader = spec.open_reader(folder / "it", ReadOptions(overlap=OverlapOrder.LISTED))
        for image in reader.images:
            reader.read(image)

    kind = "" if style is None else f"-{style.value}"
    return Target(f"{name}{kind}", run, seeds, is_json=file.endswith(".json"))


def file_target(name: str, file: str, read: Callable[[Path], object], seeds: Callable[[Path], Seeds]) -> Target:
    def run(data: bytes, folder: Path) -> None:
        (folder / file).write_bytes(data)
        read(folder / file)

    return Target(name, run, seeds, is_json=file.endswith(".json"))


def label_png_seeds(folder: Path) -> Seeds:
    write_label_map(folder / "labels.png", labels_of(), CLASSES)
    return {"palette": (folder / "labels.png").read_bytes(), **_pictures(".png")}


def picture_seeds(_folder: Path) -> Seeds:
    return {
        name: data
        for suffix in (".png", ".jpg", ".bmp", ".webp", ".tif")
        for name, data in _pictures(suffix).items()
    }


def _pictures(suffix: str) -> Seeds:
    grey = np.arange(20 * 30, dtype=np.uint8).reshape(20, 30)
    made: dict[str, np.ndarray] = {"grey": grey, "colour": np.dstack([grey, grey.T.reshape(20, 30), 255 - grey])}
    if suffix in (".png", ".tif"):
        made["deep"] = grey.astype(np.uint16) * 257
    return {f"{name}{suffix}": cv2.imencode(suffix, pixels)[1].tobytes() for name, pixels in made.items()}


def read_picture(path: Path) -> None:
    read_image_size(path)
    read_image(path)


def class_seeds(folder: Path) -> Seeds:
    write_classes(folder / "classes.json", CLASSES)
    return {"classes": (folder / "classes.json").read_bytes()}


def journal_target() -> Target:
    def seeds(_folder: Path) -> Seeds:
        document = LabelDocument(labels_of(), np.zeros((17, 23), np.uint8))
        edit = document.begin_edit("Test")
        edit.write(document.rect, labels_of() == 1, 2)
        return {"edit": encode_change(edit.commit())}

    return Target("journal", lambda data, _folder: _discard(decode_change(data)), seeds)


def version_target() -> Target:
    def seeds(_folder: Path) -> Seeds:
        return {"version": encode_planes(PackedPair.of(labels_of(), np.zeros((17, 23), np.uint8)))}

    return Target("versions", lambda data, _folder: _discard(decode_planes(data)), seeds)


def _discard(_value: object) -> None:
    return


def _project(folder: Path) -> Path:
    images = folder / "images"
    images.mkdir()
    for number in range(2):
        cv2.imwrite(str(images / f"{number}.png"), np.zeros((17, 23, 3), np.uint8))
    with ProjectStore.create(folder / "project", images, CLASSES, "streets") as store:
        store.labels.save(store.records[0].id, labels_of(), np.zeros((17, 23), np.uint8))
    return folder / "project"


def project_target(file: str) -> Target:
    """A project that somebody sent: its index or its description is hostile."""
    honest: Seeds = {}

    def seeds(folder: Path) -> Seeds:
        made = _project(folder)
        honest.update(
            {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        )
        return {file: (made / file).read_bytes()}

    def run(data: bytes, folder: Path) -> None:
        if not honest:
            seeds(folder)
        for path, content in (honest | {f"project/{file}": data}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        with ProjectStore.open(folder / "project") as store:
            for record in store.records:
                try:
                    store.labels.load(record.id)
                except SegStudioError:
                    continue
            store.scan(Task())

    return Target(file.replace(".", "-"), run, seeds, is_json=file.endswith(".json"))


def model_target() -> Target:
    """The header is hostile; the weights that it speaks of are all zero."""
    weights: list[int] = []

    def seeds(folder: Path) -> Seeds:
        data = _model(folder)
        end = 8 + int.from_bytes(data[:8], "little")
        weights.append(len(data) - end)
        return {"header": data[:end]}

    def run(data: bytes, folder: Path) -> None:
        if not weights:
            seeds(folder)
        (folder / "hostile.safetensors").write_bytes(data + bytes(weights[0]))
        read_model_header(folder / "hostile.safetensors")

    return Target("model", run, seeds)


def _model(folder: Path) -> bytes:
    import torch

    from segstudio.domain.model_info import ChannelMap, ModelInfo, NetworkConfig
    from segstudio.nn.checkpoint import write_model
    from segstudio.nn.network import build_network

    torch.manual_seed(0)
    network = build_network(NetworkConfig("resnet18", 3, 8, 2, ((1, 1), (1, 2)), base_width=8))
    path = folder / "model.safetensors"
    write_model(path, network, ModelInfo("small", network.config, CLASSES, ChannelMap((0, 1, 2))))
    return path.read_bytes()


def read_mxnet(path: Path) -> None:
    from segstudio.nn.mxnet_params import read_mxnet_params

    read_mxnet_params(path)


def mxnet_seeds(_folder: Path) -> Seeds:
    head = (0x112).to_bytes(8, "little") + bytes(8) + (1).to_bytes(8, "little")
    array = (0xF993FAC9).to_bytes(4, "little") + bytes(4) + (1).to_bytes(4, "little") + (2).to_bytes(8, "little")
    array += (1).to_bytes(4, "little") + bytes(8) + bytes(8)
    names = (1).to_bytes(8, "little") + (5).to_bytes(8, "little") + b"arg:w"
    return {"params": head + array + names}


def all_targets() -> Mapping[str, Target]:
    masks, polygons = RegionStyle.MASKS, RegionStyle.POLYGONS
    found = (
        exchange_target("coco", "annotations/instances_default.json", masks),
        exchange_target("coco", "annotations/instances_default.json", polygons),
        exchange_target("labelme", "a.json", masks),
        exchange_target("labelme", "a.json", polygons),
        exchange_target("cvat", "annotations.xml", masks),
        exchange_target("cvat", "annotations.xml", polygons),
        exchange_target("label-studio", "tasks.json"),
        exchange_target("supervisely", "dataset/ann/a.png.json", masks),
        exchange_target("index-png", "a.png"),
        exchange_target("yolo-seg", "labels/train/a.txt"),
        exchange_target("numpy", "a.npy"),
        file_target("label-png", "a.png", read_label_map, label_png_seeds),
        file_target("picture", "a.png", read_picture, picture_seeds),
        file_target("classes", "classes.json", read_classes, class_seeds),
        model_target(),
        file_target("mxnet", "m.params", read_mxnet, mxnet_seeds),
        project_target("project.sqlite"),
        project_target("project.json"),
        journal_target(),
        version_target(),
    )
    return {target.name: target for target in found}
