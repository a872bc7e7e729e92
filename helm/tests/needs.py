"""What a test needs and a machine may not have."""

import os

import pytest


def needs(variable, why):
    """The value of a variable. Without it the test is skipped, except in continuous integration, where it fails."""
    value = os.environ.get(variable)
    if not value and os.environ.get("CI"):
        pytest.fail(f"{variable} is not set: {why}")
    return value or pytest.skip(f"{variable} is not set: {why}")
