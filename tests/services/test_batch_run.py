"""Many images pre-labelled while the window stays in use."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import Told
from segstudio.domain.images import ImageStatus
from tests.services.sitting import Sitting


def test_the_other_images_are_pre_labelled_and_the_open_one_is_left_alone(sitting: Sitting) -> None:
    sitting.open()
    sitting.paint(1)
    painted = sitting.labels().copy()
    sitting.studio.batch.run(sitting.ids)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    for image_id in sitting.ids[1:]:
        assert store.record(image_id).status is ImageStatus.PRE_LABELLED
        assert (store.labels.load(image_id).origins == Origin.MODEL).all()
        assert store.record(image_id).uncertainty is not None
    assert np.array_equal(sitting.labels(), painted)
    told = [change.sentence for change in sitting.changes if isinstance(change, Told)]
    assert any(sentence.startswith("2 images pre-labelled") for sentence in told)


def test_a_batch_can_be_undone(sitting: Sitting) -> None:
    sitting.open()
    sitting.studio.batch.run(sitting.ids)
    sitting.until(lambda: not sitting.studio.batch.is_running)
    store = sitting.workspace.store
    assert store is not None
    sitting.studio.batch.undo_last()
    sitting.until(lambda: store.record(sitting.ids[1]).status is ImageStatus.NEW)
    assert (store.labels.load(sitting.ids[1]).labels == 255).all()
