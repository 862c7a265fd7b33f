#!/bin/sh
# `make run`: the window on the sample project, or without a display the sample project segmented.
set -eu
cd "$(dirname "$0")/../.."
here=packaging/machine
sh "$here/environment.sh" run
if .venv/bin/python "$here/has_display.py"; then
    sh "$here/window_libraries.sh"
    exec .venv/bin/segstudio gui --sample
fi
output=$(pwd)/out/sample
echo "There is no display to open the window on, so the sample project is segmented without one."
.venv/bin/segstudio segment resources/sample/images --output "$output" --overlay
echo "Masks (one palette PNG an image, the index is the class of classes.json):  $output"
echo "Overlays (the mask laid over the image, to look at):                      $output/overlays"
