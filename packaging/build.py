"""Build dist/SegStudio: the program as one folder that needs no Python. `make package` calls it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import PyInstaller.__main__

REPOSITORY = Path(__file__).resolve().parents[1]
SPEC = REPOSITORY / "packaging" / "segstudio.spec"


def main() -> int:
    start = time.monotonic()
    build, dist = REPOSITORY / "build", REPOSITORY / "dist"
    places = ["--workpath", str(build), "--distpath", str(dist)]
    PyInstaller.__main__.run([str(SPEC), "--noconfirm", "--log-level", "WARN", *places])
    folder = dist / "SegStudio"
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    seconds = time.monotonic() - start
    print(f"{folder}: {len(files)} files, {size / 1e6:.0f} MB, built in {seconds:.0f} s. The largest:")
    for path in sorted(files, key=lambda file: -file.stat().st_size)[:8]:
        print(f"  {path.stat().st_size / 1e6:7.0f} MB  {path.relative_to(folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
