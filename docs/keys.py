"""Write the table of keys from the window's own actions: python docs/keys.py docs/keys.md"""

from __future__ import annotations

import sys
from pathlib import Path

from segstudio.gui.action_table import ACTIONS, MENUS, ActionSpec

HEAD = """# Keys

Written by `make keys` from the program's own table. F1 in the window shows them as they are set there; *Help >
Change the keys…* changes them, warns of conflicts, and has sets for hands that know other programs. On macOS, Ctrl
is Cmd.
"""
GESTURES = """
## Gestures

| Gesture | What it does |
| --- | --- |
| Wheel, Ctrl+wheel, pinch | Zoom at the pointer |
| Space and drag, middle drag, two fingers on a trackpad | Pan |
| Shift+wheel, or Ctrl and the right button dragged | Brush size |
| Alt held, or the right button | Erase while held |
| `` ` `` held | Peek at the picture without labels |
| Shift held while painting | Straight lines |
| Ctrl+click | Take the class under the pointer |
| 1 to 9, 0, then with Shift | The first twenty classes |
"""


def main(path: Path) -> int:
    sections = [HEAD]
    for menu in MENUS:
        rows = [_row(spec) for spec in ACTIONS if spec.menu == menu and spec.keys]
        if rows:
            sections.append("\n".join((f"## {menu}\n", "| Action | Keys |", "| --- | --- |", *rows)) + "\n")
    path.write_text("\n".join(sections) + GESTURES, encoding="utf-8")
    return 0


def _row(spec: ActionSpec) -> str:
    keys = ", ".join(f"`{key}`" for key in spec.keys).replace("|", "\\|")
    note = f" – {spec.tip}" if spec.tip else ""
    return f"| {spec.text.rstrip('…')}{note} | {keys} |"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
