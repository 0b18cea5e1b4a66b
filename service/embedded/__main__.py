"""``python -m service.embedded --data-dir D``: both servers until Ctrl-C, for trying things by hand."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path

from service.embedded import EmbeddedError, EmbeddedStack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m service.embedded", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--postgres-port", type=int)
    parser.add_argument("--s3-port", type=int)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    options = {"postgres_port": "--postgres-port", "s3_port": "--s3-port"}
    stack = EmbeddedStack(
        arguments.data_dir,
        postgres_port=arguments.postgres_port,
        s3_port=arguments.s3_port,
        option_names=options,
    )
    # Blocked before any thread starts, so that the signal is taken by the wait below and by nothing else.
    wanted = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    try:
        with stack:
            print(json.dumps(_details(stack)), flush=True)
            signal.sigwait(wanted)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _details(stack: EmbeddedStack) -> dict[str, str | int | None]:
    return {
        "postgres_dsn": stack.postgres.dsn(),
        "postgres_pid": stack.postgres.pid,
        "s3_url": stack.seaweedfs.endpoint_url,
        "s3_access_key": stack.seaweedfs.access_key,
        "s3_secret_key": stack.seaweedfs.secret_key,
        "s3_pid": stack.seaweedfs.pid,
    }


if __name__ == "__main__":
    sys.exit(main())
