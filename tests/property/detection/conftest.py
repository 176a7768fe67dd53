"""Puts the recorded sequences before all else where mutants are tested."""

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "MUTANT_UNDER_TEST" in os.environ:
        items.sort(key=lambda item: item.path.name != "test_recorded.py")
