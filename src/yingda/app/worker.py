"""The ``worker`` process: jobs."""

import asyncio
import signal
from contextlib import suppress

import structlog
import uvloop
from procrastinate.exceptions import ConnectorException

from yingda.app import wiring
from yingda.app.settings import Settings, settings
from yingda.kit import log as logs
from yingda.kit.db import Database, make_engine
from yingda.kit.jobs import make_queue, register

log = structlog.get_logger()

AT_ONCE = 4
RETRY_S = 1.0


async def work(config: Settings) -> None:
    """Runs jobs until cancelled; a database that goes away is waited for."""
    database = Database(make_engine(config.database_url, pool_size=AT_ONCE))
    while True:
        queue = make_queue(config.database_url)
        register(queue, database, wiring.jobs(config.recordings))
        try:
            async with queue.open_async():
                await queue.run_worker_async(
                    concurrency=AT_ONCE,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=5,
                    delete_jobs="successful",
                )
        except (ConnectorException, OSError) as error:
            log.warning("database away, jobs wait", error=str(error))
        await asyncio.sleep(RETRY_S)


async def serve(config: Settings) -> None:
    """Runs the process until SIGTERM or SIGINT; jobs that it did not finish are done again."""
    task = asyncio.ensure_future(work(config))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def main() -> None:
    """Runs until told to end."""
    logs.configure("worker")
    uvloop.run(serve(settings()))


if __name__ == "__main__":
    main()
