#!/bin/sh
# `make test`: every lane, each announced; all run even when one fails, and the failed ones are named at the end.
set -u
cd "$(dirname "$0")/../.."
here=packaging/machine
bin=.venv/bin
failed=
began=$(date +%s)
export PYTHONFAULTHANDLER=1
# The many tests below the window share the cores by files, with a thread each; those of the window measure its
# patience and run alone.
workers=${TEST_WORKERS:-2}

lane() {
    name=$1
    shift
    start=$(date +%s)
    printf '\n=== %s\n' "$name"
    if "$@" </dev/null; then
        printf -- '--- %s: passed in %d s\n' "$name" $(($(date +%s) - start))
    else
        code=$?
        printf -- '--- %s: FAILED (exit code %d) after %d s\n' "$name" "$code" $(($(date +%s) - start))
        failed="$failed
    $name"
    fi
}
below_the_window() {
    PYTHONPATH="tests/without_qt${PYTHONPATH:+:$PYTHONPATH}" OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" \
        "$bin/pytest" -p no_qt -p no:pytest-qt -n "$workers" --dist loadfile "$@"
}
in_xvfb() { env -u WAYLAND_DISPLAY xvfb-run -a -s '-screen 0 1600x1000x24' "$@"; }

sh "$here/environment.sh" test || exit 1
sh "$here/window_libraries.sh" xvfb || exit 1

lane "Lint: ruff check" "$bin/ruff" check .
lane "Format: ruff format" "$bin/ruff" format --check .
lane "Types: mypy, strict" "$bin/mypy"
lane "Floors: import-linter" "$bin/lint-imports"
lane "Tests below the window, with PySide6 not importable" below_the_window --ignore tests/gui --ignore tests/journeys
lane "Tests of the window, offscreen" env QT_QPA_PLATFORM=offscreen "$bin/pytest" tests/gui
if [ "$(uname -s)" = Linux ]; then
    lane "The journey in a real window, under Xvfb" in_xvfb "$bin/pytest" tests/journeys
else
    lane "The journey in a real window" "$bin/pytest" tests/journeys
fi

printf '\nAll lanes took %d s.\n' $(($(date +%s) - began))
if [ -n "$failed" ]; then
    echo "FAILED:$failed"
    exit 1
fi
