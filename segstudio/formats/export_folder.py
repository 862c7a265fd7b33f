"""The folder an export goes to: names that don't clash, pictures beside the labels, the class file at the end."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.exchange import WriteOptions
from segstudio.formats.image_folder import ImageFolder, copy_upright
from segstudio.formats.safe_paths import prepared
from segstudio.formats.sidecar import SIDECAR, write_sidecar

_ODD_NAME = re.compile(r"[\\:\x00-\x1f]")
"""Names that need the full look; the folders they lie in have had it."""


class ExportFolder:
    def __init__(self, root: Path, options: WriteOptions, format_name: str, *, sidecar: str = SIDECAR) -> None:
        self.root = root
        self.label_set = options.label_set
        self._pictures = ImageFolder(options.copy_images_from)
        self._format_name = format_name
        self._sidecar = sidecar
        self._owners: dict[str, PurePosixPath] = {}
        self._made: set[PurePosixPath] = set()
        self._images: dict[str, str] = {}
        self._sizes: dict[str, Size] = {}

    @property
    def copies_pictures(self) -> bool:
        return self._pictures.root is not None

    def claim(self, target: PurePosixPath, image: PurePosixPath, *, read_as: PurePosixPath) -> Path:
        """Where to write ``target``, the file of ``image``, which the format's reader will call ``read_as``.

        Raises: FormatError: another image has this file already, also where only case differs.
        """
        name = str(target)
        owner = self._owners.setdefault(name.casefold(), image)
        if owner is not image and owner != image:
            raise FormatError(f"{owner} and {image} would both be written to {target}: rename one of them.")
        self._images[str(read_as)] = str(image)
        folder = target.parent
        if folder in self._made and _ODD_NAME.search(target.name) is None:
            return self.root / name
        file = prepared(self.root, target)
        self._made.add(folder)
        return file

    def remember(self, image: PurePosixPath, *, read_as: PurePosixPath, size: Size | None = None) -> None:
        """``size`` in formats that don't say how large an image is."""
        self._images[str(read_as)] = str(image)
        if size is not None:
            self._sizes[str(read_as)] = size

    def copy_picture(self, image: PurePosixPath, target: PurePosixPath) -> None:
        """Where pictures were asked for. Raises: FormatError: there is none. OSError: it can't be written."""
        if self._pictures.root is None:
            return
        named = self._pictures.named(image)
        copy_upright(self._pictures.root / named, prepared(self.root, target))

    def picture_suffix(self, image: PurePosixPath) -> str:
        """Of the picture to be copied, else of the image's name."""
        return self._pictures.named(image).suffix

    def finish(self) -> None:
        """Writes the class file. Raises: OSError: it can't be written."""
        self.root.mkdir(parents=True, exist_ok=True)
        write_sidecar(self.root, self.label_set, self._format_name, self._images, self._sizes, name=self._sidecar)
