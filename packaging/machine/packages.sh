#!/bin/sh
# Install Debian packages where that is allowed; otherwise print the line to type, and fail.
# Usage: packages.sh "what they are for" PACKAGE...
purpose=$1
shift
[ $# -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "$purpose: this needs what Debian calls: $*. Please install it with your system's package manager." >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "$purpose. Please type:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y $*" >&2
    exit 1
fi
echo "$purpose: installing $*"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
install() { $as_root apt-get install -y --no-install-recommends "$@" </dev/null >"$log" 2>&1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The lists of a bare machine are missing or old, which only a failed installation tells.
if ! install "$@" && ! { $as_root apt-get update </dev/null >/dev/null 2>&1 && install "$@"; }; then
    tail -n 15 "$log" >&2
    echo "The packages could not be installed. Please try:  sudo apt-get update && sudo apt-get install -y $*" >&2
    exit 1
fi
