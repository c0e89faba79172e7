#!/bin/sh
# Make the virtual environment $1 with the newest Python that the project is tested on.
set -eu

suits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for python in python3.13 python3.12 python3.11 python3; do
    if suits "$python"; then
        echo "Making $1 with $("$python" --version) ..."
        exec "$python" -m venv --clear "$1"
    fi
done

cat >&2 <<'END'
No Python >= 3.11 with venv was found (tried python3.13, python3.12, python3.11, python3).
On Debian and Ubuntu this adds it:  sudo apt-get install -y python3 python3-venv
END
exit 1
