"""What lies on the canvas: the picture, its labels, and what the model said of it. All of it is others' own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from segstudio.domain.arrays import LabelMap, OriginMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.editing.document import LabelDocument
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.canvas_layers import CanvasLayers
from segstudio.gui.canvas.label_item import MOST_PIXELS_AT_ONCE
from segstudio.gui.canvas.picture_keeper import PictureKeeper
from segstudio.gui.canvas.workbench import Workbench
from segstudio.services.jobs import JobRunner


class CanvasContent(QObject):
    """Hands what is shown to the layers, which draw it, and to the workbench, where the tools find it."""

    picture_changed = Signal(object)
    """Picture, or None: another one, to be shown fitted."""
    picture_renewed = Signal(object)
    """Picture: the same image in other colours, to be shown where it is."""
    document_changed = Signal()
    """What a tool had begun belongs to another image."""
    probabilities_changed = Signal()
    improved = Signal(object)
    """Rect of the image that can be drawn better now."""
    changed = Signal()
    """Something looks different."""

    def __init__(self, bench: Workbench, layers: CanvasLayers, jobs: JobRunner | None, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._layers = bench, layers
        self._pictures = PictureKeeper(jobs, self)
        self._pictures.arrived.connect(self.improved)
        self._pictures.troubled.connect(bench.say)
        self._image: RgbImage | ImageSource | None = None

    @property
    def is_settled(self) -> bool:
        """Whether every level of the picture that is to be made is made."""
        return self._pictures.is_settled

    def shows(self, image: RgbImage | ImageSource) -> bool:
        """Whether it is this picture that is shown, with or without labels."""
        return self._image is image

    def show_image(self, image: RgbImage | ImageSource | None, halves: Sequence[RgbImage] = ()) -> None:
        """Shows another picture, fitted; labels of another size go. A source is read tile by tile on a lane.
        ``halves``: of an array, in halved sizes; what is missing is made between events.

        Raises: ValueError: a source, and no job runner to read it.
        """
        self._image = image
        picture = self._pictures.open(image, halves)
        self._bench.picture = picture
        document = self._bench.document
        if picture is not None and document is not None and document.size != picture.size:
            self._bench.document = None
            self._layers.show_document(None)
        self._layers.image.show_picture(picture)
        self.show_prediction(None)
        self.document_changed.emit()
        self.picture_changed.emit(picture)

    def renew_image(self, image: RgbImage | ImageSource) -> None:
        """The same image in other colours: the view and the labels stay. Raises: ValueError: as ``show_image``."""
        self._image = image
        picture = self._pictures.open(image)
        self._bench.picture = picture
        self._layers.image.show_picture(picture)
        self.document_changed.emit()
        self.picture_renewed.emit(picture)

    def show_document(self, document: LabelDocument | None, label_set: LabelSet) -> None:
        """Wraps the document's labels, which are never copied. Raises: ValueError: not of the picture's size."""
        picture = self._bench.picture
        if document is not None and picture is not None and document.size != picture.size:
            raise ValueError(f"The labels are {document.size} and the picture {picture.size}.")
        self._bench.document = document
        self._layers.show_document(document)
        if document is not None:
            self._make_pyramid(document.labels, document.origins)
        self.show_classes(label_set)
        self.document_changed.emit()
        if picture is None:
            self.picture_changed.emit(None)

    def show_classes(self, label_set: LabelSet) -> None:
        self._bench.label_set = label_set
        self._layers.show_classes(label_set)
        self.changed.emit()

    def show_prediction(self, prediction: Prediction | None) -> None:
        """What the model said of the picture, for the views of it and, through its probabilities, for the tools."""
        self._layers.show_prediction(prediction)
        if prediction is not None:
            self._make_pyramid(prediction.labels)
        self.set_probabilities(None if prediction is None else prediction.probabilities)
        self.changed.emit()

    def set_probabilities(self, probabilities: Probabilities | None) -> None:
        """What the network thinks of the picture, for the tools that ask it."""
        self._bench.probabilities = probabilities
        self.probabilities_changed.emit()

    def _make_pyramid(self, labels: LabelMap, origins: OriginMap | None = None) -> None:
        """Halving a huge map takes long enough to be felt; meanwhile it is seen from 100 % on."""
        if labels.size <= MOST_PIXELS_AT_ONCE:
            self._layers.use_pyramid(LabelPyramid(labels, origins))
            return

        def show(pyramid: LabelPyramid) -> None:
            self._layers.use_pyramid(pyramid)
            self.changed.emit()

        self._bench.work.later("Preparing labels", lambda _task: LabelPyramid(labels, origins), show)
