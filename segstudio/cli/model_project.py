"""`segstudio model compare|adopt|back|use|rename|delete|note`: a project's models looked after."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, cast

from segstudio.cli.arguments import add_device, add_json
from segstudio.cli.console import JsonValue, progress_bar, say, say_json, say_table

if TYPE_CHECKING:
    from segstudio.domain.classes import LabelSet
    from segstudio.services.model_comparison import Comparison

Actions = argparse._SubParsersAction


def add_parsers(actions: Actions[argparse.ArgumentParser]) -> None:
    _add_compare(actions)
    for name, words, run, positional in (
        ("adopt", "copy a model file into a project and use it there", run_adopt, ("file",)),
        ("back", "go back to the model before the last one adopted", run_back, ()),
        ("use", "pre-label a project with another model", run_use, ("name",)),
        ("rename", "rename a project's model", run_rename, ("name", "new_name")),
        ("delete", "put a project's model aside", run_delete, ("name",)),
        ("note", "write notes into a project's model", run_note, ("name", "notes")),
    ):
        shown = " ".join(part.upper() for part in positional)
        example = f"segstudio model {name} {shown} --project street/".replace("  ", " ")
        parser = actions.add_parser(name, help=words, epilog=f"Example: {example}")
        for part in positional:
            parser.add_argument(part, metavar=part.upper())
        parser.add_argument("--project", required=True, type=Path, metavar="DIR")
        parser.set_defaults(run=run)


def _add_compare(actions: Actions[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "compare",
        help="a candidate against a project's model, class by class",
        description="Both models on the project's finished images that the candidate hasn't learnt from.",
        epilog="Example: segstudio model compare candidate.safetensors --project street/ --pictures changes/",
    )
    parser.add_argument("candidate", type=Path, metavar="FILE")
    parser.add_argument("--project", required=True, type=Path, metavar="DIR")
    parser.add_argument("--model", metavar="NAME_OR_FILE", help="to compare with (the project's)")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="write the largest changes there")
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run_compare)


def run_compare(arguments: argparse.Namespace) -> int:
    from segstudio.inference.models import load_model
    from segstudio.services.model_comparison import compare_models, unseen_samples
    from segstudio.services.project_files import reading
    from segstudio.store.model_store import find_model

    with reading(arguments.project) as store, progress_bar("Comparing") as task:
        samples = unseen_samples(store, arguments.candidate, task)
        current = load_model(find_model(arguments.model or store.info.model, store.folder), arguments.device)
        label_set = store.info.label_set
        data = "finished images that the candidate hasn't learnt from"
        found = compare_models(current, arguments.candidate, samples, label_set, task, data=data)
    assert found is not None  # there are samples
    if arguments.pictures is not None:
        _write_pictures(found, label_set, arguments.pictures)
    if arguments.json:
        say_json(_as_json(found))
        return 0
    names = dict.fromkeys((*found.before.class_iou, *found.after.class_iou))
    rows = [
        (name, *(_percent(scores.class_iou.get(name)) for scores in (found.before, found.after))) for name in names
    ]
    say_table(
        ("class", "now", "new"), [*rows, ("mean", _percent(found.before.mean_iou), _percent(found.after.mean_iou))]
    )
    for sentence in found.advice.sentences:
        say(sentence)
    return 0


def _as_json(found: Comparison) -> JsonValue:
    advice = found.advice
    return {
        "data": found.after.data,
        "now": cast("JsonValue", {"mean_iou": found.before.mean_iou, "classes": dict(found.before.class_iou)}),
        "new": cast("JsonValue", {"mean_iou": found.after.mean_iou, "classes": dict(found.after.class_iou)}),
        "suggestion": advice.suggestion,
        "adopt": advice.adopts,
        "worse": list(advice.losses),
        "better": list(advice.gains),
    }


def _write_pictures(found: Comparison, label_set: LabelSet, folder: Path) -> None:
    """Four a place: the image, the current answer, the candidate's, and what is right."""
    import numpy as np

    from segstudio.formats.overlay import draw_overlay, write_picture

    folder.mkdir(parents=True, exist_ok=True)
    for number, place in enumerate(found.places, 1):
        answers = [
            draw_overlay(place.picture, labels, label_set) for labels in (place.before, place.after, place.truth)
        ]
        kind = "better" if place.is_better else "worse"
        strip = np.concatenate([place.picture, *answers], axis=1)
        write_picture(folder / f"{number:02d}-{kind}.png", strip)


def run_adopt(arguments: argparse.Namespace) -> int:
    from segstudio.services.fine_tuning_adoption import adopt_model
    from segstudio.services.project_files import writing

    with writing(arguments.project) as store:
        say(f"The project's model is now {adopt_model(store, Path(arguments.file)).model}.")
    return 0


def run_back(arguments: argparse.Namespace) -> int:
    from segstudio.services.fine_tuning_adoption import go_back
    from segstudio.services.project_files import writing

    with writing(arguments.project) as store:
        say(f"The project's model is {go_back(store)} again.")
    return 0


def run_use(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing
    from segstudio.services.project_models import use_model

    with writing(arguments.project) as store:
        use_model(store, arguments.name)
    say(f"The project's model is now {arguments.name}.")
    return 0


def run_rename(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing
    from segstudio.services.project_models import rename_model

    with writing(arguments.project) as store:
        rename_model(store, arguments.name, arguments.new_name)
    say(f"{arguments.name} is called {arguments.new_name} now.")
    return 0


def run_delete(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing
    from segstudio.services.project_models import delete_model

    with writing(arguments.project) as store:
        delete_model(store, arguments.name)
    say(f"{arguments.name} was put into the folder `deleted` beside the project's models.")
    return 0


def run_note(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing
    from segstudio.services.project_models import note_about_model

    with writing(arguments.project) as store:
        note_about_model(store, arguments.name, arguments.notes)
    say(f"Noted in {arguments.name}.")
    return 0


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
