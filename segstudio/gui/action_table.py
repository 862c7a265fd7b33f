"""Every action of the window: its words, icon, keys and where in the menus it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """Where the keys of an action work.

    ``WINDOW``: everywhere. ``IMAGE``: while the canvas or the image list has the focus, because the key means
    something else in a form (Enter, Tab, arrows).
    """

    WINDOW = "window"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``keys`` are Qt's portable names; on macOS Qt turns Ctrl into Cmd."""

    name: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    is_checkable: bool = False
    reach: Reach = Reach.WINDOW


MENUS = ("File", "Edit", "Image", "Tools", "View", "Model", "Help")

_IMAGE = Reach.IMAGE

FILE = (
    ActionSpec(
        "new_project", "New project…", "File", ("Ctrl+N",), "project", "Make a project from a folder of images"
    ),
    ActionSpec("open_project", "Open project…", "File", ("Ctrl+Shift+O",), "open", "Open a SegStudio project"),
    ActionSpec("open_images", "Open images…", "File", ("Ctrl+O",), "image", "Open one or more pictures"),
    ActionSpec("open_folder", "Open folder…", "File", ("Ctrl+U",), "folder", "Open a folder of pictures"),
    ActionSpec("open_sample", "Open the sample project", "File", (), "", "Rendered street scenes to try things on"),
    ActionSpec("close_project", "Close project", "File", ("Ctrl+Shift+W",)),
    ActionSpec("save", "Save", "File", ("Ctrl+S",), "save", "Everything is saved by itself; this saves it now"),
    ActionSpec(
        "import_labels", "Import labels…", "File", ("Ctrl+I",), "import", "Bring labels of another program in"
    ),
    ActionSpec("export_labels", "Export labels…", "File", ("Ctrl+E",), "export", "Write labels for other programs"),
    ActionSpec("quit", "Quit", "File", ("Ctrl+Q",)),
)

EDIT = (
    ActionSpec("undo", "Undo", "Edit", ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec("cancel", "Cancel", "Edit", ("Esc",), "", "Give up what is under way", reach=_IMAGE),
    ActionSpec("swap_classes", "Swap the two last classes", "Edit", ("X",), "swap"),
    ActionSpec("paint_ignore", "Paint as ignored", "Edit", ("H",), "", "Left out of training and scores"),
    ActionSpec("find_class", "Find a class or command…", "Edit", ("Ctrl+K", "/"), "search"),
    ActionSpec("fill_rest", "Fill the rest with this class", "Edit", ("Ctrl+Shift+F",), "fill-all"),
    ActionSpec(
        "propose_class", "Propose the class from my strokes", "Edit", ("Q",), "", "Shown first; again to paint it"
    ),
    ActionSpec(
        "find_class_images", "Find images with the class", "Edit", ("Shift+Q",), "", "By what it looks like"
    ),
    ActionSpec("copy_previous", "Copy labels of the previous image", "Edit", ("Ctrl+Shift+V",), "copy-previous"),
    ActionSpec("clean_up", "Clean up…", "Edit", ("Ctrl+Shift+K",), "", "Gaps, holes, islands, with numbers"),
    ActionSpec("close_gaps", "Close small gaps", "Edit"),
    ActionSpec("fill_holes", "Fill holes", "Edit"),
    ActionSpec("remove_islands", "Remove small islands", "Edit"),
    ActionSpec("keep_largest", "Keep the largest piece", "Edit"),
    ActionSpec("grow", "Grow the class", "Edit", ("Ctrl+Shift+Up",)),
    ActionSpec("shrink", "Shrink the class", "Edit", ("Ctrl+Shift+Down",)),
    ActionSpec("smooth", "Smooth the class", "Edit"),
    ActionSpec("edit_classes", "Edit classes…", "Edit", ("Ctrl+L",), "classes"),
    ActionSpec("preferences", "Preferences…", "Edit", ("Ctrl+,",), "settings"),
)

IMAGE = (
    ActionSpec("next_image", "Next image", "Image", ("D", "Right", "PgDown"), "next", reach=_IMAGE),
    ActionSpec("previous_image", "Previous image", "Image", ("A", "Left", "PgUp"), "previous", reach=_IMAGE),
    ActionSpec("next_unverified", "Next unverified image", "Image", ("Shift+D", "Ctrl+Shift+D")),
    ActionSpec("previous_unverified", "Previous unverified image", "Image", ("Shift+A", "Ctrl+Shift+A")),
    ActionSpec("next_uncertain", "Next image of the queue", "Image", ("N",), "target"),
    ActionSpec("next_uncertain_region", "Next most uncertain region", "Image", ("Shift+N",), "uncertainty"),
    ActionSpec(
        "accept", "Accept and go on", "Image", ("Return", "Enter", "Ctrl+Return"), "check-circle", reach=_IMAGE
    ),
    ActionSpec("next_difference", "Next disagreement", "Image", ("Shift+J",), "", "Of labels and model"),
    ActionSpec("difference_accept", "Take the model's answer", "Image", ("Y",), "", "In the disagreement shown"),
    ActionSpec("difference_keep", "Keep the label", "Image", ("K",), "", "In the disagreement shown"),
    ActionSpec("difference_swap", "Swap label and answer", "Image", ("J",), "", "In the disagreement shown"),
    ActionSpec("note", "Note…", "Image", ("Shift+T",), "edit", "A line about this image"),
    ActionSpec("versions", "Earlier labels…", "Image", (), "history", "The last saved versions of this image"),
    ActionSpec("statistics", "Statistics…", "Image", ("Ctrl+Shift+S",), "chart", "Classes, progress, effort"),
    ActionSpec(
        "split_images", "Training, validation, test…", "Image", (), "", "Say what each image is for in training"
    ),
    ActionSpec("flag", "Flag for later", "Image", ("Backspace",), "flag", reach=_IMAGE),
)

TOOLS = (
    ActionSpec("tool_brush", "Brush", "Tools", ("B",), "brush", "Paint the active class", True),
    ActionSpec("tool_eraser", "Eraser", "Tools", ("E",), "eraser", "Back to unlabelled", True),
    ActionSpec("tool_polygon", "Polygon", "Tools", ("P",), "polygon", "Click corners, Enter closes", True),
    ActionSpec("tool_lasso", "Lasso", "Tools", ("L",), "lasso", "Draw around", True),
    ActionSpec("tool_rectangle", "Rectangle", "Tools", ("Shift+R",), "rectangle", "", True),
    ActionSpec("tool_ellipse", "Ellipse", "Tools", ("Shift+E",), "ellipse", "", True),
    ActionSpec("tool_fill", "Fill", "Tools", ("G",), "fill", "Fill a region of labels or of colour", True),
    ActionSpec("tool_wand", "Wand", "Tools", ("W",), "wand", "Pixels of like colour around a point", True),
    ActionSpec("tool_superpixel", "Superpixels", "Tools", ("Shift+S",), "superpixel", "Paint piece by piece", True),
    ActionSpec("tool_smart", "Smart click", "Tools", ("S",), "smart", "The model's piece under a click", True),
    ActionSpec("tool_scissors", "Scissors", "Tools", ("Shift+L",), "scissors", "A line that clings to edges", True),
    ActionSpec("tool_grabcut", "GrabCut", "Tools", ("Shift+G",), "grabcut", "The object inside a box", True),
    ActionSpec("tool_probability", "Probability brush", "Tools", ("Shift+B",), "probability", "", True),
    ActionSpec("tool_border", "Move border", "Tools", ("Shift+W",), "border", "Both classes follow the drag", True),
    ActionSpec("tool_refine", "Refine edge", "Tools", ("Shift+P",), "refine", "", True),
    ActionSpec("tool_measure", "Measure", "Tools", ("Shift+M",), "measure", "", True),
    ActionSpec("tool_pick", "Pick class", "Tools", ("I",), "pick", "Take the class under the cursor", True),
    ActionSpec("brush_smaller", "Smaller brush", "Tools", ("[", ",")),
    ActionSpec("brush_larger", "Larger brush", "Tools", ("]", ".")),
    ActionSpec("paint_rule", "Next paint rule", "Tools", ("M",), "", "What the tools may paint over"),
    ActionSpec(
        "next_best", "Next-best class here", "Tools", ("C",), "", "The model's second guess for this region"
    ),
)

VIEW = (
    ActionSpec("fit", "Fit to window", "View", ("F", "Ctrl+F"), "fit"),
    ActionSpec("actual_size", "Actual size", "View", ("Ctrl+1",), "actual-size"),
    ActionSpec("zoom_in", "Zoom in", "View", ("Ctrl++", "Ctrl+="), "zoom-in"),
    ActionSpec("zoom_out", "Zoom out", "View", ("Ctrl+-",), "zoom-out"),
    ActionSpec("overlay", "Show the labels", "View", ("V",), "layers", "", True),
    ActionSpec("overlay_mode", "Fill, outline, both", "View", ("O",), "outline"),
    ActionSpec(
        "next_view", "Next view", "View", ("Tab",), "", "Labels, prediction, difference, uncertainty", reach=_IMAGE
    ),
    ActionSpec("view_labels", "Labels", "View", ("F5",), "", "", True),
    ActionSpec("view_prediction", "Prediction", "View", ("F6",), "", "", True),
    ActionSpec("view_difference", "Difference", "View", ("F7",), "", "", True),
    ActionSpec("view_uncertainty", "Uncertainty", "View", ("F8",), "uncertainty", "", True),
    ActionSpec("view_chance", "Chance of the class", "View", ("F9",), "", "How likely the model finds it", True),
    ActionSpec(
        "split_view", "Beside the labels", "View", ("\\",), "split-view", "Two views with a line to drag", True
    ),
    ActionSpec("unlabelled", "Mark what is unlabelled", "View", ("U",), "", "", True),
    ActionSpec("mini_map", "Mini-map", "View", (), "", "", True),
    ActionSpec("adjust_picture", "Brightness, contrast, channels…", "View", ("Shift+V",), "sun"),
    ActionSpec("dark_theme", "Dark look", "View", ("Ctrl+Shift+T",), "moon", "", True),
    ActionSpec("full_screen", "Full screen", "View", ("F11",), "", "", True),
)

MODEL = (
    ActionSpec("run_model", "Segment this image", "Model", ("R",), "run", "Where no person has painted"),
    ActionSpec("run_model_over", "Segment again, over my strokes", "Model", ("Ctrl+Shift+R",), "", "One undo step"),
    ActionSpec("run_batch", "Segment all images", "Model", ("Ctrl+B",), "batch"),
    ActionSpec("undo_batch", "Undo the last import or batch", "Model"),
    ActionSpec("train", "Train on my corrections", "Model", ("Ctrl+T",), "train"),
    ActionSpec("manage_models", "Models…", "Model", (), "model", "Use, rename, delete, copy out, add"),
    ActionSpec("undo_adoption", "Go back to the model before", "Model", (), "history"),
)

HELP = (
    ActionSpec("shortcuts", "Keys and gestures", "Help", ("F1", "?"), "keyboard"),
    ActionSpec("edit_shortcuts", "Change the keys…", "Help"),
    ActionSpec("about", "About SegStudio", "Help"),
)

ACTIONS: tuple[ActionSpec, ...] = (*FILE, *EDIT, *IMAGE, *TOOLS, *VIEW, *MODEL, *HELP)

SEPARATED_BEFORE = frozenset({
    "close_project", "save", "import_labels", "quit", "cancel", "fill_rest", "clean_up", "edit_classes",
    "next_unverified", "next_uncertain", "accept", "next_difference", "note", "tool_polygon", "tool_fill",
    "tool_probability", "tool_measure",
    "brush_smaller", "overlay", "next_view", "split_view", "dark_theme", "train", "about",
})  # fmt: skip
"""Actions that begin a new group in their menu."""
