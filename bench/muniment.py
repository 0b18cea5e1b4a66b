"""The service itself, started as in production."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import muniment_data
from bench.parts import Parts
from bench.processes import ServerProcess, answers, free_port
from bench.sides import Side, Sizes


@contextlib.contextmanager
def service(parts: Parts, sizes: Sizes, workers: int = 1) -> Iterator[Side]:
    """``muniment serve``: gRPC and HTTP in one process, or in ``workers`` of them."""
    muniment_data.seed(parts, sizes)
    http_port, grpc_port = free_port(), free_port()
    environment = {
        "MUNIMENT_DATABASE_URL": muniment_data.service_dsn(parts, sizes),
        "MUNIMENT_S3_ENDPOINT_URL": parts.seaweedfs.endpoint_url,
        "MUNIMENT_S3_ACCESS_KEY": parts.seaweedfs.access_key,
        "MUNIMENT_S3_SECRET_KEY": parts.seaweedfs.secret_key,
        "MUNIMENT_HTTP_HOST": "127.0.0.1",
        "MUNIMENT_HTTP_PORT": str(http_port),
        "MUNIMENT_GRPC_HOST": "127.0.0.1",
        "MUNIMENT_GRPC_PORT": str(grpc_port),
        # Counted as in production, and never reached.
        "MUNIMENT_INVARO_RATE_LIMIT_PER_MINUTE": "10000000",
        # No worker runs that an answer could wait for.
        "MUNIMENT_INVARO_CLASSIFY_SECONDS": "0",
    }
    muniment = Path(sys.executable).with_name("muniment")
    command = [str(muniment), "serve", "--workers", str(workers)]
    process = ServerProcess(command, environment, parts.directory / "muniment.log")
    url = f"http://127.0.0.1:{http_port}"
    organizations = {name: str(muniment_data.organization_id(name)) for name in muniment_data.MEASURED}
    try:
        keys = muniment_data.issue_keys(parts, sizes, f"{workers} workers")
        process.wait_until(lambda: answers(f"{url}/readyz"))
        file_ids = muniment_data.sample_file_ids(parts, sizes)
        yield Side("Muniment", process, url, f"127.0.0.1:{grpc_port}", keys, organizations, file_ids)
    finally:
        process.stop()
