"""Label files that lie: a sentence, at once, and nothing outside the folder."""

from __future__ import annotations

import base64
import io
import json
import pickle
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from formats.recipe import LABEL_SET, street
from segstudio.domain.errors import FormatError, SegStudioError
from segstudio.formats.exchange import LabelledImage, OverlapOrder, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.label_studio_runs import decode_brush
from segstudio.formats.names import OWN_MODULES
from segstudio.formats.registry import find_format
from segstudio.formats.run_lengths import columns_of, decode_coco_text
from segstudio.formats.safe_paths import prepared, safe_relative

LEADING_OUT = [
    "../out.png",
    "/etc/out.png",
    "a/../../out.png",
    "C:\\out.png",
    "..\\..\\out.png",
    "\\\\host\\x.png",
    "a\0b",
]


def read_everything(name: str, source: Path) -> None:
    spec = find_format(name)
    assert spec.open_reader is not None
    reader = spec.open_reader(source, ReadOptions(overlap=OverlapOrder.LISTED))
    for path in reader.images:
        reader.read(path)


def coco_of(**changes: object) -> dict[str, object]:
    image = {"id": 1, "file_name": "a.png", "width": 4, "height": 2}
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [2, 4], "counts": [0, 8]}}
    content = {"images": [image], "categories": [{"id": 1, "name": "sky"}], "annotations": [annotation]}
    return content | changes


def coco_mask(width: int, height: int, counts: object, copies: int = 1) -> dict[str, object]:
    one = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [height, width], "counts": counts}}
    return coco_of(
        images=[{"id": 1, "file_name": "a.png", "width": width, "height": height}], annotations=[one] * copies
    )


def labelme_of(shape: dict[str, object], width: int = 8, height: int = 8) -> dict[str, object]:
    common = {"label": "sky", "points": [[0, 0], [7, 7]], "shape_type": "mask", "flags": {}}
    return {"shapes": [common | shape], "imagePath": "a.png", "imageWidth": width, "imageHeight": height}


def supervisely_of(data: bytes, origin: list[int]) -> dict[str, object]:
    bitmap = {"data": base64.b64encode(data).decode(), "origin": origin}
    each = {"classTitle": "sky", "geometryType": "bitmap", "bitmap": bitmap}
    return {"size": {"width": 8, "height": 8}, "objects": [each]}


def png_bomb(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    return buffer.getvalue()


def label_studio_of(rle: list[int], width: int, height: int) -> list[object]:
    result = {
        "type": "brushlabels",
        "original_width": width,
        "original_height": height,
        "value": {"format": "rle", "rle": rle, "brushlabels": ["sky"]},
    }
    return [{"data": {"image": "/x?d=a.png"}, "annotations": [{"result": [result]}]}]


def brush_header(total: int) -> list[int]:
    bits = f"{total:032b}" + "00111" + "0010" + "0011" + "0111" + "1111"
    return list(int(bits.ljust(56, "0"), 2).to_bytes(7))


def cvat_of(body: str, head: str = "") -> str:
    meta = "<meta><task><labels><label><name>sky</name></label></labels></task></meta>"
    return f'{head}<annotations>{meta}<image name="a.png" width="4" height="2">{body}</image></annotations>'


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(20)
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
MASK = '<mask label="sky" rle="{}" left="0" top="0" width="{}" height="{}"/>'
YAML_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(24)
)

Case = tuple[str, str, object]
CASES: dict[str, Case] = {
    "coco: no JSON": ("coco", "x.json", "{"),
    "coco: deep nesting": ("coco", "x.json", "[" * 200_000),
    "coco: a list": ("coco", "x.json", "[]"),
    "coco: huge number": ("coco", "x.json", '{"images": ' + "9" * 6000 + "}"),
    "coco: 100 gigapixels": ("coco", "x.json", coco_mask(400_000, 250_000, [0, 10**11])),
    "coco: runs too long": ("coco", "x.json", coco_mask(4, 2, [0, 10**9])),
    "coco: runs too short": ("coco", "x.json", coco_mask(4, 2, [0, 3])),
    "coco: negative runs": ("coco", "x.json", coco_mask(4, 2, [0, -8, 16])),
    "coco: text runs too long": ("coco", "x.json", coco_mask(4, 2, "0" + "o" * 6 + "0")),
    "coco: text of one endless number": ("coco", "x.json", coco_mask(4, 2, "o" * 1000)),
    "coco: text beyond ASCII": ("coco", "x.json", coco_mask(4, 2, "ü")),
    "coco: not a number": (
        "coco",
        "x.json",
        '{"images": [{"id": 1, "file_name": "a", "width": NaN, "height": 2}]}',
    ),
    "coco: unknown category": ("coco", "x.json", coco_of(categories=[])),
    "coco: unknown image": ("coco", "x.json", coco_of(images=[])),
    "coco: image twice": ("coco", "x.json", coco_of(images=[coco_of()["images"][0]] * 2)),  # type: ignore[index]
    "labelme: PNG bomb": ("labelme", "a.json", labelme_of({"mask": base64.b64encode(png_bomb(20_000)).decode()})),
    "labelme: no base64": ("labelme", "a.json", labelme_of({"mask": "§§§"})),
    "labelme: no PNG": ("labelme", "a.json", labelme_of({"mask": "AAAA"})),
    "labelme: mask outside": ("labelme", "a.json", labelme_of({"points": [[4, 4], [11, 11]]})),
    "labelme: endless point": (
        "labelme",
        "a.json",
        labelme_of({"shape_type": "polygon", "points": [[1e300, 0]] * 3}),
    ),
    "labelme: a line": ("labelme", "a.json", labelme_of({"shape_type": "line"})),
    "labelme: no labels": ("labelme", "a.json", {"version": "5"}),
    "supervisely: zlib bomb": (
        "supervisely",
        "d/ann/a.png.json",
        supervisely_of(zlib.compress(bytes(10**8)), [0, 0]),
    ),
    "supervisely: PNG bomb": (
        "supervisely",
        "d/ann/a.png.json",
        supervisely_of(zlib.compress(png_bomb(20_000)), [0, 0]),
    ),
    "supervisely: outside": ("supervisely", "d/ann/a.png.json", supervisely_of(zlib.compress(png_bomb(8)), [4, 4])),
    "supervisely: cut short": (
        "supervisely",
        "d/ann/a.png.json",
        supervisely_of(zlib.compress(png_bomb(8))[:-9], [0, 0]),
    ),
    "label-studio: other size": ("label-studio", "x.json", label_studio_of(brush_header(4 * 10**9), 8, 8)),
    "label-studio: cut short": ("label-studio", "x.json", label_studio_of(brush_header(256), 8, 8)),
    "label-studio: empty": ("label-studio", "x.json", label_studio_of([], 8, 8)),
    "label-studio: no bytes": ("label-studio", "x.json", label_studio_of([1, 2, 999], 8, 8)),
    "cvat: entities": ("cvat", "annotations.xml", cvat_of("&u;", LAUGHS + "]>")),
    "cvat: outside entity": ("cvat", "annotations.xml", cvat_of("&e;", OUTSIDE)),
    "cvat: no XML": ("cvat", "annotations.xml", "<annotations>"),
    "cvat: runs too long": ("cvat", "annotations.xml", cvat_of(MASK.format("0, 99999999999", 4, 2))),
    "cvat: mask outside": ("cvat", "annotations.xml", cvat_of(MASK.format("0, 15", 5, 3))),
    "cvat: no number": ("cvat", "annotations.xml", cvat_of(MASK.format("0, x", 4, 2))),
    "cvat: a turn that is no number": (
        "cvat",
        "annotations.xml",
        cvat_of('<box label="sky" xtl="0" ytl="0" xbr="1" ybr="1" rotation="x"/>'),
    ),
    "labelme: a point of three numbers": (
        "labelme",
        "a.json",
        labelme_of({"shape_type": "polygon", "points": [[0, 0, 1], [1], [2, 2]]}),
    ),
    "labelme: a circle of a thousand miles": (
        "labelme",
        "a.json",
        labelme_of({"shape_type": "circle", "points": [[4, 4], [9e6, 9e6]]}),
    ),
    "yolo-seg: settings without end": ("yolo-seg", "data.yaml", "names: {" + "0: a, " * 90_000 + "}"),
    "yolo-seg: settings in settings": ("yolo-seg", "data.yaml", "names: " + "[" * 190_000),
    "voc: rows without end": ("voc", "labelmap.txt", "a:1,2,3::\n" * 900_000),
    "index-png: classes without end": (
        "index-png",
        "classes.json",
        {"classes": [{"id": 1, "name": "a"}] * 100_000},
    ),
    "hugging-face: the same row twice": ("hugging-face", "metadata.jsonl", '{"label_file_name": "a.png"}\n' * 2),
    "cvat: endless point": ("cvat", "annotations.xml", cvat_of('<polygon label="sky" points="inf,0;1,1;2,2"/>')),
    "yolo-seg: YAML aliases": ("yolo-seg", "data.yaml", YAML_LAUGHS),
    "yolo-seg: YAML code": ("yolo-seg", "data.yaml", "names: !!python/object/apply:os.system [touch /tmp/x]"),
    "yolo-seg: no number": ("yolo-seg", "labels/a.txt", "0 0.1 0.2 x 0.4 0.5 0.6\n"),
    "yolo-seg: outside": ("yolo-seg", "labels/a.txt", "0 0.1 0.2 7 0.4 0.5 0.6\n"),
    "yolo-seg: a box": ("yolo-seg", "labels/a.txt", "0 0.1 0.2 0.3 0.4\n"),
    "yolo-seg: not a number": ("yolo-seg", "labels/a.txt", "0 nan 0.2 0.3 0.4 0.5 0.6\n"),
    "hugging-face: no JSON": ("hugging-face", "metadata.jsonl", "{\n"),
    "numpy: pickled": ("numpy", "a.npy", pickle.dumps({"a": 1})),
    "numpy: cut short": ("numpy", "a.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False}"),
}


def lay_out(folder: Path, name: str, file: str, content: object) -> None:
    if name == "supervisely":
        (folder / "meta.json").write_text('{"classes": [{"title": "sky"}]}')
    if name == "voc":
        (folder / "SegmentationClass").mkdir()
        Image.new("L", (4, 4)).save(folder / "SegmentationClass/a.png")
    if name == "index-png" and file != "a.png":
        Image.new("L", (4, 4)).save(folder / "a.png")
    if name == "yolo-seg" and file != "data.yaml":
        (folder / "data.yaml").write_text("names: [sky]\n")
        (folder / "classes.json").write_text('{"classes": [{"id": 0, "name": "sky"}], "sizes": {"a.png": [9, 9]}}')
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (
        content
        if isinstance(content, bytes)
        else content.encode()
        if isinstance(content, str)
        else json.dumps(content).encode()
    )
    path.write_bytes(data)


@pytest.mark.parametrize("case", CASES)
def test_a_lie_is_a_sentence_within_five_seconds(tmp_path: Path, case: str) -> None:
    name, file, content = CASES[case]
    lay_out(tmp_path, name, file, content)
    started = time.process_time()
    with pytest.raises(FormatError) as caught:
        read_everything(name, tmp_path)
    assert time.process_time() - started < 20
    assert len(str(caught.value)) < 1000


def object_array() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], object), allow_pickle=True)
    return buffer.getvalue()


HUGE_NPY = (
    b"\x93NUMPY\x01\x00v\x00"
    + b"{'descr': '|u1', 'fortran_order': False, 'shape': (300000, 300000), }".ljust(117)
    + b"\n"
)


@pytest.mark.parametrize("data", [object_array(), HUGE_NPY], ids=["objects", "90 gigabytes"])
def test_numpy_files_are_never_unpickled_nor_believed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(FormatError):
        read_everything("numpy", tmp_path)


@pytest.mark.parametrize("text", LEADING_OUT)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError, match=r"leads out|no file name|not a file name"):
        safe_relative(text, tmp_path)
    for name, file, content in (
        ("coco", "x.json", coco_of(images=[{"id": 1, "file_name": text, "width": 4, "height": 2}])),
        ("hugging-face", "metadata.jsonl", {"label_file_name": text}),
    ):
        folder = tmp_path / name
        folder.mkdir()
        lay_out(folder, name, file, content)
        with pytest.raises(FormatError):
            read_everything(name, folder)


def test_the_class_file_beside_labels_can_not_lead_out_either(tmp_path: Path) -> None:
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    content = {"classes": [{"id": 0, "name": "x"}], "images": {"a.png": "../../a.png"}}
    (tmp_path / "classes.json").write_text(json.dumps(content))
    with pytest.raises(FormatError, match="leads out"):
        read_everything("index-png", tmp_path)


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    for name in OWN_MODULES:
        spec = find_format(name)
        assert spec.open_writer is not None
        with (
            closing(spec.open_writer(tmp_path / "in" / name, WriteOptions(LABEL_SET))) as writer,
            pytest.raises(FormatError),
        ):
            writer.write(LabelledImage(PurePosixPath("../../../escaped.png"), np.zeros((2, 2), np.uint8)))
    assert not list(tmp_path.parent.rglob("*escaped*"))
    with pytest.raises(FormatError):
        prepared(tmp_path, PurePosixPath("../x"))


SEEDS: dict[str, bytes] = {}


def exported(name: str, style: RegionStyle | None, folder: Path) -> None:
    spec = find_format(name)
    assert spec.open_writer is not None
    with closing(spec.open_writer(folder, WriteOptions(LABEL_SET, style=style))) as writer:
        writer.write(LabelledImage(PurePosixPath("a.png"), street(33, 29)))
        writer.finish()


@pytest.mark.parametrize("name", OWN_MODULES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_damage_does_more_than_raise_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "out"
    styles = find_format(name).styles or (None,)
    exported(name, data.draw(st.sampled_from(styles)), folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    victim = data.draw(st.sampled_from(files))
    content = bytearray(victim.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(
            st.sampled_from(
                [b"", b"0", b"9999999999", b"-1", b'"', b"null", b"\xff\x00", b"{}", b"[", b"]", b",", b"1e999"]
            )
        )
        content[at : at + data.draw(st.integers(0, 6))] = piece
    victim.write_bytes(content)
    try:
        read_everything(name, folder)
    except SegStudioError as error:
        assert str(error)


@given(st.text(alphabet=[chr(code) for code in range(48, 112)], max_size=40), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=300, deadline=None)
def test_no_run_length_text_does_more_than_raise(text: str, width: int, height: int) -> None:
    try:
        mask, left = columns_of(decode_coco_text(text), width, height)
    except ValueError:
        return
    assert mask.shape[0] == height
    assert left + mask.shape[1] <= width


@given(st.binary(max_size=40), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_no_brush_coding_does_more_than_raise(tail: bytes, width: int, height: int) -> None:
    data = np.array([*brush_header(4 * width * height), *tail], np.uint8)
    with suppress(ValueError):
        assert decode_brush(data, width, height).shape == (height, width)


WATCHED = """
import resource, sys
from pathlib import Path
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import OverlapOrder, ReadOptions
from segstudio.formats.registry import find_format
reader = None
try:
    reader = find_format(sys.argv[1]).open_reader(Path(sys.argv[2]), ReadOptions(overlap=OverlapOrder.LISTED))
    for path in reader.images:
        reader.read(path)
except FormatError as error:
    print(error, file=sys.stderr)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(peak.split()[1], resource.getrusage(resource.RUSAGE_SELF).ru_utime)
"""


def many_lists() -> str:
    return '{"images": [' + "[]," * 3_000_000 + "[]]}"


SIDE = 10_000
UP_AND_DOWN = [(number % SIDE, SIDE * (number % 2)) for number in range(150_000)]


def coco_polygons(*polygons: list[float]) -> dict[str, object]:
    image = {"id": 1, "file_name": "a.png", "width": SIDE, "height": SIDE}
    return coco_of(
        images=[image],
        annotations=[
            {"id": i, "image_id": 1, "category_id": 1, "segmentation": [each]} for i, each in enumerate(polygons)
        ],
    )


def flat(points: list[tuple[int, int]]) -> list[float]:
    return [number for point in points for number in point]


def large_labelme(shape: dict[str, object], copies: int = 1) -> dict[str, object]:
    content = labelme_of(shape)
    return content | {"imageWidth": SIDE, "imageHeight": SIDE, "shapes": content["shapes"] * copies}  # type: ignore[operator]


def whole_mask() -> dict[str, object]:
    data = base64.b64encode(png_bomb(SIDE)).decode()
    return {"points": [[0, 0], [SIDE - 1, SIDE - 1]], "mask": data}


def large_cvat(body: str) -> str:
    return cvat_of(body).replace('width="4" height="2"', f'width="{SIDE}" height="{SIDE}"')


BIG_CASES: dict[str, tuple[str, str, Callable[[], object]]] = {
    "as many lists as 9 MB hold": ("coco", "x.json", many_lists),
    "a PNG of 20,000 x 20,000 in 50 kB": ("index-png", "a.png", lambda: png_bomb(20_000)),
    "100 megapixels covered 20,000 times": (
        "coco",
        "x.json",
        lambda: coco_mask(10_000, 10_000, [0, 10**8], copies=20_000),
    ),
    "a square of 100 megapixels in 40 bytes": (
        "coco",
        "x.json",
        lambda: coco_polygons([0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE]),
    ),
    "a polygon that goes up and down 150,000 times": (
        "coco",
        "x.json",
        lambda: coco_polygons(flat(UP_AND_DOWN)),
    ),
    "the same drawn by Pillow": (
        "labelme",
        "a.json",
        lambda: large_labelme({"shape_type": "polygon", "points": UP_AND_DOWN}),
    ),
    "the same between pixels of an XML file": (
        "cvat",
        "annotations.xml",
        lambda: large_cvat(f'<polygon label="sky" points="{";".join(f"{x},{y}" for x, y in UP_AND_DOWN)}"/>'),
    ),
    "50 masks of 100 megapixels in 1 MB": ("labelme", "a.json", lambda: large_labelme(whole_mask(), 50)),
    "three million runs": (
        "cvat",
        "annotations.xml",
        lambda: large_cvat(
            f'<mask label="sky" rle="{", ".join(["1"] * 2_900_000)}" left="0" top="0" width="2900" height="1000"/>'
        ),
    ),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="NOT TESTED: peak memory is read from /proc")
@pytest.mark.parametrize("case", BIG_CASES)
def test_no_small_file_takes_a_gigabyte_or_five_seconds(tmp_path: Path, case: str) -> None:
    name, file, content = BIG_CASES[case]
    lay_out(tmp_path, name, file, content())
    assert (tmp_path / file).stat().st_size < 10_000_000
    words = [sys.executable, "-c", WATCHED, name, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    kilobytes, seconds = done.stdout.split()
    assert int(kilobytes) < 1_000_000, done.stderr
    assert float(seconds) < 10, done.stderr  # five on a machine that does nothing else
