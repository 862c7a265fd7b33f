"""Street scenes that a program draws, with the exact class of each pixel."""

from segstudio.scenes.classes import Street, street_classes
from segstudio.scenes.scene import render_scene

__all__ = ["Street", "render_scene", "street_classes"]
