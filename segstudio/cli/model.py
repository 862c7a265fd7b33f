"""`segstudio model`: list, look into, check, import and export models."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli import model_project
from segstudio.cli.arguments import add_json
from segstudio.cli.console import JsonValue, fail, say, say_json, say_table, warn

if TYPE_CHECKING:
    from segstudio.domain.model_info import ModelInfo


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "model",
        help="list, look into, check, import and export models",
        description="Models are single .safetensors files that carry their classes, scores and origin.",
        epilog="Example: segstudio model info streets",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_list(actions)
    _add_info(actions)
    _add_verify(actions)
    _add_import(actions)
    _add_export(actions)
    model_project.add_parsers(actions)


def _add_list(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "list", help="the bundled models, and a project's", epilog="Example: segstudio model list --project street/"
    )
    parser.add_argument("--project", type=Path, metavar="DIR", help="also list this project's own models")
    add_json(parser)
    parser.set_defaults(run=run_list)


def _add_info(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "info", help="what a model is and how well it does", epilog="Example: segstudio model info streets"
    )
    parser.add_argument("model", metavar="NAME_OR_FILE")
    add_json(parser)
    parser.set_defaults(run=run_info)


def _add_verify(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "verify",
        help="check that a model file is whole and answers",
        epilog="Example: segstudio model verify mine.safetensors",
    )
    parser.add_argument("model", metavar="NAME_OR_FILE")
    parser.set_defaults(run=run_verify)


def _add_import(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "import",
        help="read the published ResNet101-DUC-HDC: MXNet .params or the ONNX Model Zoo's file",
        epilog="Example: segstudio model import ResNet_DUC_HDC_CityScapes-0020.params --output duc.safetensors",
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--output", required=True, type=Path, metavar="M.safetensors")
    parser.add_argument(
        "--classes",
        default="cityscapes",
        metavar="NAME_OR_FILE",
        help="cityscapes (default), or a class file with one class for each channel, in channel order",
    )
    parser.set_defaults(run=run_import)


def _add_export(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "export",
        help="write a model as ONNX, checked against ONNX Runtime",
        epilog="Example: segstudio model export streets --output streets.onnx",
    )
    parser.add_argument("model", metavar="NAME_OR_FILE")
    parser.add_argument("--output", required=True, type=Path, metavar="M.onnx")
    parser.set_defaults(run=run_export)


def run_list(arguments: argparse.Namespace) -> int:
    from segstudio.store.model_store import list_models

    listed = list_models(arguments.project)
    if arguments.json:
        say_json([{"name": m.name, "file": str(m.path), **_as_json(m.info)} for m in listed])
        return 0
    rows = [
        (m.name, m.info.network.trunk, str(m.info.network.channels), _best_score(m.info), str(m.path))
        for m in listed
    ]
    say_table(("model", "trunk", "classes", "mean IoU", "file"), rows)
    return 0


def run_info(arguments: argparse.Namespace) -> int:
    from segstudio.nn.model_header import read_model_info
    from segstudio.store.model_store import find_model

    info = read_model_info(find_model(arguments.model))
    if arguments.json:
        say_json(_as_json(info))
        return 0
    network = info.network
    say(f"{info.name}: {network.trunk}, {network.head} head, output stride {network.output_stride}, ")
    say(f"  cell width {network.cell_width}, dilations {network.schedule}, {network.channels} classes")
    for label, value in (
        ("made", info.created),
        ("from", info.parent or "scratch"),
        ("licence", info.licence),
        ("notes", info.notes),
    ):
        if value:
            say(f"  {label}: {value}")
    for scores in info.scores:
        mean, accuracy = 100 * scores.mean_iou, 100 * scores.pixel_accuracy
        say(f"  on {scores.data}: mean IoU {mean:.1f} %, pixel accuracy {accuracy:.1f} %")
        rows = [(f"  {name}", f"{100 * iou:.1f}") for name, iou in scores.class_iou.items()]
        say_table(("  class", "IoU %"), rows)
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    import numpy as np

    from segstudio.inference.models import load_model

    predictor = load_model(arguments.model, "cpu")
    logits = predictor.logits(np.zeros((64, 96, 3), np.uint8))
    if not np.isfinite(logits).all():
        return fail(
            f"{arguments.model}: The file is whole, but the network answers with numbers that are not finite."
        )
    say(f"{predictor.info.name} is whole: {logits.shape[0]} classes, and its answers are finite.")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    from segstudio.formats.class_file import read_classes
    from segstudio.nn.checkpoint import write_model
    from segstudio.nn.checkpoint_import import import_checkpoint
    from segstudio.store.atomic_files import replace_file

    label_set = None if arguments.classes == "cityscapes" else read_classes(Path(arguments.classes))
    network, info = import_checkpoint(arguments.file, classes=label_set)
    replace_file(arguments.output, lambda path: write_model(path, network, info))
    say(f"{arguments.output}: {info.network.trunk}, {info.network.channels} classes. Look: segstudio model info")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    from segstudio.nn.onnx_export import export_onnx
    from segstudio.store.atomic_files import replace_file
    from segstudio.store.model_store import find_model

    checked = replace_file(arguments.output, lambda path: export_onnx(find_model(arguments.model), path))
    warn(f"ONNX Runtime's answers differ by at most {checked:.1e} of their spread.")
    say(f"{arguments.output}: written and checked.")
    return 0


def _best_score(info: ModelInfo) -> str:
    return f"{100 * info.scores[0].mean_iou:.1f}" if info.scores else "-"


def _as_json(info: ModelInfo) -> Mapping[str, JsonValue]:
    from segstudio.nn.model_header import info_to_json

    return info_to_json(info)
