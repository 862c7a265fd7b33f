"""Entry point of the built console program, `segstudio`."""

import multiprocessing
import sys

from segstudio.cli.main import main

if __name__ == "__main__":
    # Workers of a frozen program start as the program itself; this turns them into workers.
    multiprocessing.freeze_support()
    sys.exit(main())
