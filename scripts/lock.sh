#!/bin/sh
# Lock requirements/*.in with hashes, for every platform and without a host name.
# What is locked stays as long as it fits; arguments go to uv: `make lock ARGS=--upgrade`.
set -eu

if ! command -v uv >/dev/null 2>&1; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    .venv/bin/python -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check uv
    PATH="$folder/bin:$PATH"
fi

lock() {
    name=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "make lock" \
        --output-file "requirements/$name.txt" "requirements/$name.in" "$@"
    echo "requirements/$name.txt is locked."
}

lock base "$@"
# The tests run with the very versions that the application gets.
lock dev --constraints requirements/base.txt "$@"
