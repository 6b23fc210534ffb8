"""The ``worker`` process: jobs."""

import asyncio

import structlog
from procrastinate.exceptions import ConnectorException

from yingda.app import wiring
from yingda.app.process import run
from yingda.app.settings import Settings, settings
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


def main() -> None:
    """Runs until told to end."""
    run("worker", work(settings()))


if __name__ == "__main__":
    main()
