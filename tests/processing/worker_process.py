"""A worker in a process of its own, to be killed: `python worker_process.py '{"url": …, "store": {…}}'`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

from service.objects.store import ObjectStore, StoreSettings
from service.postgres.database import Database
from service.processing.worker import Worker, WorkerSettings


async def main() -> None:
    told = json.loads(sys.argv[1])
    database, store = Database(told["url"]), ObjectStore(StoreSettings(**told["store"]))
    await database.open()
    await store.open()
    worker = Worker(told["url"], database, store, WorkerSettings(**told["settings"]))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(worker.stop()))
    await worker.run()
    await store.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
