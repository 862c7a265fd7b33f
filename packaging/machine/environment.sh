#!/bin/sh
# Make .venv and install the program into it: environment.sh run|test|package. Nothing is done when nothing changed.
# Safe to interrupt: the stamp is written last, and the next call mends what was left half done.
set -eu
cd "$(dirname "$0")/../.."
here=packaging/machine
kind=${1:-run}
case $kind in
    run) extras= ;;
    test) extras='[test]' ;;
    package) extras='[test,package]' ;;
    *) echo "environment.sh run|test|package" >&2; exit 2 ;;
esac

# The folder is part of it because the programs in an environment know where they lie.
state="$(cksum <pyproject.toml) $(pwd)"
stamp() { echo ".venv/.installed-$1"; }
is_current() { [ -x .venv/bin/python ] && [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$state" ]; }

case $kind in
    run) kinds='run test package' ;;
    test) kinds='test package' ;;
    *) kinds='package' ;;
esac
for done in $kinds; do
    is_current "$done" && exit 0
done

usable() {
    .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' && grep -q "$(pwd)/.venv/" .venv/bin/pip
} 2>/dev/null
if ! usable; then
    python=$(sh "$here/python.sh")
    echo "Making the environment in .venv with $($python --version)"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian keeps what venv needs in a package of its own.
        minor=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        sh "$here/packages.sh" "Python's venv module is missing" "$minor"
    fi
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing SegStudio and what it needs (about 5 GB with the GPU libraries, once; a few minutes)"
rm -f .venv/.installed-*
# A person who waits sees how far it is; a log doesn't need a line for each package.
if [ -t 1 ]; then quiet=; else quiet='--quiet --progress-bar off'; fi
# shellcheck disable=SC2086
.venv/bin/python -m pip install --disable-pip-version-check --retries 10 --timeout 60 $quiet -e ".$extras" </dev/null
printf '%s\n' "$state" >.venv/.stamp.new
mv .venv/.stamp.new "$(stamp "$kind")"
