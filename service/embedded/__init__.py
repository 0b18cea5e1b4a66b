"""Real PostgreSQL and real SeaweedFS from wheels, supervised: for ``muniment up`` and for the tests."""

from service.embedded.errors import AlreadyRunningError, EmbeddedError, PortInUseError, StartError
from service.embedded.postgres import EmbeddedPostgres
from service.embedded.seaweedfs import EmbeddedSeaweedFS
from service.embedded.stack import EmbeddedStack

__all__ = [
    "AlreadyRunningError",
    "EmbeddedError",
    "EmbeddedPostgres",
    "EmbeddedSeaweedFS",
    "EmbeddedStack",
    "PortInUseError",
    "StartError",
]
