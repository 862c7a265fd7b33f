"""Entry point of the built window program, `SegStudio`: `SegStudio [PATH]`."""

import multiprocessing
import sys

from segstudio.cli.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(["gui", *sys.argv[1:]]))
