# shellcheck shell=bash
# What scripts that install Python packages share. Read after cache.sh.

python=${TASKWIRE_PYTHON:-python3}

# Sets `version` to that of the Python to use, and ends if it is missing or too old.
find_python() {
    command -v "$python" >/dev/null || die "no $python found: install Python 3.10 or newer"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
        die "Python $version is too old: install 3.10 or newer, or name one with TASKWIRE_PYTHON"
}

# FOLDER REQUIREMENTS: makes a virtual environment with these packages.
make_venv() {
    "$python" -m venv "$1" >&2 || die "cannot make a virtual environment: install the venv module of $("$python" --version)"
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2" >&2 ||
        die "cannot install the packages of $2 for $("$python" --version)"
}
