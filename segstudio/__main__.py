"""``python -m segstudio`` is the command `segstudio`: for torchrun, and where scripts aren't on the path."""

import sys

from segstudio.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
