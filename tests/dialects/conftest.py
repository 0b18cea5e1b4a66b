"""The running service, as in `tests/system`, for the clients of the other dialects."""

from tests.system.conftest import ours, system, theirs

__all__ = ["ours", "system", "theirs"]
