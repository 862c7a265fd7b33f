"""The pictures that labels belong to: finding them by name, checking sizes, copying them upright."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path, PurePosixPath

from PIL import Image

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.exchange import ReadOptions
from segstudio.formats.image_files import read_image, read_image_size
from segstudio.formats.image_walk import ImageWalk
from segstudio.formats.orientation import UPRIGHT, read_orientation


def without_suffix(path: PurePosixPath) -> PurePosixPath:
    return path.with_suffix("")


class ImageFolder:
    """Pictures under ``root``, listed once when first asked for; without a root nothing is known of any."""

    def __init__(self, root: Path | None, *, needs_every: bool = True) -> None:
        self.root = root
        self._needs_every = needs_every

    @classmethod
    def of(cls, options: ReadOptions) -> ImageFolder:
        return cls(options.images, needs_every=options.needs_every_picture)

    def named(self, path: PurePosixPath) -> PurePosixPath:
        """``path`` with the suffix its picture has; unchanged where there is no folder to look in.

        Raises: FormatError: no such picture where each is needed, or several that differ in their suffix only.
        """
        if self.root is None:
            return path
        if path in self._files:
            return path
        found = self._by_stem.get(without_suffix(path), []) or self._by_stem.get(path, [])
        if len(found) == 1:
            return found[0]
        if not found and not self._needs_every:
            return path
        if not found:
            raise FormatError(f"There is no picture for {path}.", path=self.root)
        listed = ", ".join(str(each) for each in found)
        raise FormatError(f"Which picture is {path}? There are {listed}.", path=self.root)

    def size(self, path: PurePosixPath) -> Size | None:
        """The picture's, upright; None where there is none to look at. Raises: FormatError: damaged."""
        if self.root is None:
            return None
        named = self.named(path)
        return read_image_size(self.root / named) if named in self._files else None

    def require_size(self, path: PurePosixPath) -> Size:
        """For formats that don't say it. Raises: FormatError: nobody knows it."""
        size = self.size(path)
        if size is None and self.root is not None:
            raise FormatError(
                f"The format doesn't say how large {path} is, and its picture isn't there.", path=self.root
            )
        if size is None:
            raise FormatError(f"The format doesn't say how large {path} is: name the folder of the images.")
        return size

    def check(self, path: PurePosixPath, size: Size, source: Path) -> None:
        """Raises: FormatError: labels of this size don't fit the picture."""
        wanted = self.size(path)
        if wanted is None or wanted == size:
            return
        is_turned = wanted == (size.height, size.width)
        hint = " They fit it as stored, without its orientation tag." if is_turned else ""
        raise FormatError(
            f"The labels are {size.width} x {size.height} pixels, but {path} is "
            f"{wanted.width} x {wanted.height}.{hint}",
            path=source,
        )

    @cached_property
    def _files(self) -> frozenset[PurePosixPath]:
        assert self.root is not None
        if not self.root.is_dir():
            raise FormatError("There is no such folder of images.", path=self.root)
        return frozenset(PurePosixPath(found.path) for found in ImageWalk().images(self.root))

    @cached_property
    def _by_stem(self) -> dict[PurePosixPath, list[PurePosixPath]]:
        found: dict[PurePosixPath, list[PurePosixPath]] = {}
        for each in sorted(self._files):
            found.setdefault(without_suffix(each), []).append(each)
        return found


def copy_upright(source: Path, target: Path) -> None:
    """Copies a picture. One with an orientation tag is turned and written anew, for readers that ignore the tag;
    so is one whose name is to end otherwise.

    Raises: FormatError: the picture is damaged. OSError: it can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as file, Image.open(file) as image:
            is_upright = read_orientation(image, file) == UPRIGHT
    except OSError:
        is_upright = True  # a kind that Pillow doesn't open is copied as it is
    if is_upright and source.suffix.lower() == target.suffix.lower():
        shutil.copyfile(source, target)
    else:
        Image.fromarray(read_image(source)).save(target, quality=95)
