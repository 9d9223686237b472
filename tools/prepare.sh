#!/bin/sh
# Finds Python 3.11 or newer and hands over to prepare.py; needs nothing but a POSIX shell.
# PYTHON names the one to use: make run PYTHON=python3.13
set -eu
folder=$(dirname "$0")

for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$candidate" "$folder/prepare.py" "$@"
    fi
done

if [ -n "${PYTHON:-}" ]; then
    echo "setup: $PYTHON is not a Python 3.11 or newer; name another one or leave PYTHON empty." >&2
else
    echo "setup: Python 3.11 or newer is missing. Debian and Ubuntu: apt-get install python3;" \
        "another place: make run PYTHON=/path/to/python3.11" >&2
fi
exit 3
