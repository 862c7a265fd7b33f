#!/bin/sh
# See that the system libraries are there that Qt needs for a window; with "xvfb", a display without a screen too.
set -eu
[ "$(uname -s)" = Linux ] || exit 0
here=$(dirname "$0")
PATH=$PATH:/sbin:/usr/sbin
known=$(ldconfig -p 2>/dev/null || true)
missing=
need() { case $known in *"$1"*) ;; *) missing="$missing $2" ;; esac; }

need libEGL.so.1 libegl1
need libGL.so.1 libgl1
need libglib-2.0.so.0 libglib2.0-0
need libfontconfig.so.1 libfontconfig1
need libdbus-1.so.3 libdbus-1-3
need libxkbcommon.so.0 libxkbcommon0
need libxkbcommon-x11.so.0 libxkbcommon-x11-0
need libX11-xcb.so.1 libx11-xcb1
need libxcb-cursor.so.0 libxcb-cursor0
need libxcb-icccm.so.4 libxcb-icccm4
need libxcb-image.so.0 libxcb-image0
need libxcb-keysyms.so.1 libxcb-keysyms1
need libxcb-randr.so.0 libxcb-randr0
need libxcb-render-util.so.0 libxcb-render-util0
need libxcb-shape.so.0 libxcb-shape0
need libxcb-sync.so.1 libxcb-sync1
need libxcb-xfixes.so.0 libxcb-xfixes0
need libxcb-xkb.so.1 libxcb-xkb1
if [ -z "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" -name '*.[ot]tf' 2>/dev/null | head -n 1)" ]; then
    missing="$missing fonts-dejavu-core"
fi
if [ "${1:-}" = xvfb ]; then
    command -v Xvfb >/dev/null 2>&1 || missing="$missing xvfb"
    command -v xauth >/dev/null 2>&1 || missing="$missing xauth"
fi
[ -z "$missing" ] && exit 0
# shellcheck disable=SC2086
exec sh "$here/packages.sh" "System libraries for the window are missing" $missing
