"""Whether a fine-tuning can start, and what it would lack."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.images import ImageStatus
from segstudio.services.training_images import image_counts
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import shortcomings


@dataclass(frozen=True, slots=True)
class Readiness:
    """``missing``: why a run can't start."""

    corrected: int
    verified: int
    missing: tuple[str, ...]


def readiness(store: ProjectStore | None) -> Readiness:
    """From the project's index alone: quick enough for the window's thread."""
    if store is None:
        return Readiness(0, 0, ("Open a project first.",))
    counts = image_counts(store)
    corrected, verified = counts[ImageStatus.CORRECTED], counts[ImageStatus.VERIFIED]
    missing = () if corrected + verified else shortcomings((), store.info.label_set)
    if store.is_read_only:
        missing = ("The project is open for reading only.",)
    return Readiness(corrected, verified, missing)
