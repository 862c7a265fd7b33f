#!/bin/sh
# Print the Python to build the environment with: $PYTHON, or the first on the path that is 3.11 or newer.
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
{
    echo "SegStudio needs Python 3.11 or newer, and none was found on the path."
    echo "On Debian 12 or Ubuntu 24.04 and newer:  sudo apt-get install -y python3 python3-venv"
    echo "Elsewhere: https://www.python.org/downloads/, then  make PYTHON=/path/to/python3.11 ..."
} >&2
exit 1
