"""The classes that an import added, when it is taken back: they go, unless something holds them by now."""

from __future__ import annotations

from collections.abc import Sequence

from segstudio.domain.classes import ClassSpec
from segstudio.store.project_store import ProjectStore


def take_back_classes(store: ProjectStore, run_id: int) -> tuple[str, ...]:
    """Retires those of a run's classes that no image holds; a sentence for what went and for each that stays.

    A class that was renamed since is somebody's own, and stays without a word.
    """
    added = store.batches.added_classes(run_id)
    if not added:
        return ()
    for image_id in store.labels.journal.waiting():
        store.labels.save_journal(image_id)  # the figures are those of the label files
    holders = store.figures.class_totals()
    found = [spec for spec in store.info.label_set.active if added.get(spec.id) == spec.name]
    unused = [spec for spec in found if spec.id not in holders]
    _retire(store, unused)
    stay = [_stays(spec, holders[spec.id][0]) for spec in found if spec.id in holders]
    return (*_went(unused), *stay)


def _retire(store: ProjectStore, unused: Sequence[ClassSpec]) -> None:
    label_set = store.info.label_set
    for spec in unused:
        label_set = label_set.with_retired(spec.id)
    if unused:
        store.set_label_set(label_set)


def _went(unused: Sequence[ClassSpec]) -> tuple[str, ...]:
    if not unused:
        return ()
    classes = "The class" if len(unused) == 1 else "The classes"
    return (f"{classes} that it had added went with it: {', '.join(spec.name for spec in unused)}.",)


def _stays(spec: ClassSpec, images: int) -> str:
    holders = "1 image holds" if images == 1 else f"{images:,} images hold"
    return f"The class {spec.name}, which it had added, stays: {holders} it."
