"""Time for scenarios. Their fixtures are in ``fixtures.py``, known to all tests, so that one system serves them all."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCENARIO_LIMIT_S = 420


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first scenario waits for the whole system to start."""
    for item in items:
        whole_system = HERE in item.path.parents or item.get_closest_marker("browser") is not None
        if whole_system and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SCENARIO_LIMIT_S))
