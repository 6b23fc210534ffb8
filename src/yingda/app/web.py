"""The ``web`` process: HTTP API, browsers' events, SIP websocket, the web application's files."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from yingda import __version__
from yingda.app import sip_proxy, wiring
from yingda.app.hub import Hub
from yingda.app.settings import Settings, settings
from yingda.kit import log
from yingda.kit.db import Database, make_engine
from yingda.kit.errors import Unavailable
from yingda.kit.http import install_errors
from yingda.kit.jobs import deferrer, make_queue
from yingda.kit.link import LinkClient
from yingda.kit.vault import Vault

DESCRIPTION = """Everything that the interface does can be done here.

Sign in with `POST /api/v1/sessions` and send the token as `Authorization: Bearer …`, or use an API
key in the same header. Times are ISO 8601 in UTC, lengths are seconds. Errors are problem documents
(RFC 9457) with a stable `id`. Lists give `items` and `next`, the cursor of the next page.
"""


def make_app(config: Settings) -> FastAPI:
    """The application of one process."""
    app = FastAPI(
        title="Yingda 应答",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    hub = Hub()
    queue = make_queue(config.database_url)
    vault = Vault(config.vault_key)
    url = f"ws://{config.link_host}:{config.link_port}"
    app.state.settings = config
    app.state.db = Database(make_engine(config.database_url))
    app.state.vault = vault
    app.state.hub = hub
    app.state.link = LinkClient(url, config.link_token, hub.take, hub.lost)
    app.state.publisher = wiring.publisher(vault)
    app.state.deferrer = deferrer(queue)
    app.state.agent_of_user = wiring.agent_card
    app.state.sounds = _sounds(config)
    app.state.sip_websocket = config.ari_url.replace("http", "ws", 1) + "/ws"
    install_errors(app)
    for router in wiring.ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(sip_proxy.router)
    _own_routes(app)
    _pages(app, config.web_dist)
    return app


def _sounds(config: Settings) -> object:
    from yingda.flows.sounds import SoundStore
    from yingda.providers.speech.espeak import Espeak

    return SoundStore(config.sounds, Espeak(config.espeak))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    link: LinkClient = app.state.link
    async with link.running():
        yield
    await app.state.db.close()


def _own_routes(app: FastAPI) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz(request: Request) -> PlainTextResponse:
        """Whether calls can be taken: this process serves, the switch process is there and controls the switch."""
        ready = request.app.state.hub.switch_ready
        return PlainTextResponse("ok\n" if ready else "the switch is away\n", status_code=200 if ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """Figures of this process and of the switch process, in Prometheus' text format; on loopback only."""
        if not _is_loopback(request):
            raise HTTPException(404)
        link: LinkClient = request.app.state.link
        try:
            switch = str(await link.call("metrics", {}))
        except Unavailable:
            switch = ""
        return Response(generate_latest().decode() + switch, media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    """A proxy in front forwards for others: what it forwards is not from loopback."""
    if request.client is None or "x-forwarded-for" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class _Assets(StaticFiles):
    """Files whose names change with their content: a browser asks for each once."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """Kept for a year."""
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _pages(app: FastAPI, dist: Path) -> None:
    """The web application: its files by name, its first page for every other address."""
    if not (dist / "index.html").is_file():
        return
    app.mount("/assets", GZipMiddleware(_Assets(directory=dist / "assets"), minimum_size=1000), name="assets")
    # Known by name: what a browser asks for is never joined to a path.
    files = {file.name: file for file in dist.iterdir() if file.is_file()}

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> FileResponse:
        """A file of the web application."""
        if path.startswith(("api/", "ws")):
            raise HTTPException(404)
        if path in files and path != "index.html":
            return FileResponse(files[path])
        return FileResponse(dist / "index.html", headers={"Cache-Control": "no-cache"})


def main() -> None:
    """Runs until told to end."""
    config = settings()
    log.configure("web")
    uvicorn.run(
        make_app(config),
        host=config.http_host,
        port=config.http_port,
        loop="uvloop",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=config.tls_certificate,
        ssl_keyfile=config.tls_key,
    )


if __name__ == "__main__":
    main()
