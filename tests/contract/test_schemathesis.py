"""The whole API against its own document: generated requests, good and bad, find no failure on our side."""

import asyncio
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.contract.conftest import application
from tests.contract.test_isolation import furnish, snapshot
from tests.factories.postgres import Cluster
from yingda.kit.db import Database

pytestmark = [pytest.mark.database, pytest.mark.timeout(240)]

MAX_TIME_S = 40
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# They end the session, or lock out, who asks.
LEFT_OUT = ("/api/v1/sessions/current", "/api/v1/me/password")


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serves in a thread with an event loop of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))

        async def serve() -> None:
            await server.serve([listener])
            await app.state.db.close()

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


async def test_generated_requests_find_no_failure(
    cluster: Cluster, database: Database, whole_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = application(cluster, tmp_path_factory.mktemp("generated"))
    # The rows are made through the other application: connections belong to the event loop that opened them.
    async with AsyncClient(transport=ASGITransport(whole_app), base_url="http://test/api/v1") as client:
        house = await furnish(database, whole_app, client, "generated", "02066660003")
    app.state.hub.take({"tenant": str(house.tenant.id), "type": "snapshot", "value": snapshot(house.ids, "generated")})
    with serving(app) as url:
        runs = [await generated(url, house.headers["Authorization"], mode) for mode in ("positive", "all")]
    cases = 0
    for code, output in runs:
        assert code == 0, output[-6000:]
        found = re.search(r"(\d+) generated", output)
        assert found, output[-1500:]
        cases += int(found.group(1))
    assert cases > 500


async def generated(url: str, authorization: str, mode: str) -> tuple[int, str]:
    """Run the generator for its time; its exit code and report."""
    words = ["-m", "schemathesis.cli", "run", f"{url}/api/openapi.json", "-H", f"Authorization: {authorization}"]
    words += [
        "--mode",
        mode,
        "--phases",
        "examples,coverage,fuzzing",
        "--max-time",
        str(MAX_TIME_S),
        "--checks",
        ",".join(CHECKS),
    ]
    words += ["--continue-on-failure", "--no-color", "--max-examples", "15", "--seed", "7"]
    for path in LEFT_OUT:
        words += ["--exclude-path", path]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(MAX_TIME_S + 90):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, output.decode(errors="replace")
