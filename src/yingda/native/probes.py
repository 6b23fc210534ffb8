"""Small questions to a process: is it healthy? Answers within a second, never raises."""

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable

Ready = Callable[[], Awaitable[bool]]
_TIMEOUT_S = 1.0


def program_succeeds(*argv: str, env: dict[str, str]) -> Ready:
    """Healthy when a program ends with 0."""

    async def ready() -> bool:
        process = await asyncio.create_subprocess_exec(
            *argv, env=env, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        return await process.wait() == 0

    return ready


def port_answers(port: int, host: str = "127.0.0.1") -> Ready:
    """Healthy when the TCP port accepts a connection."""

    async def ready() -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _TIMEOUT_S)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return ready


def http_answers(port: int, path: str, user: str = "", password: str = "") -> Ready:
    """Healthy when the address on loopback answers 200."""

    async def ready() -> bool:
        return await http_status(port, path, user, password) == 200

    return ready


def own_page_answers(port: int, *, tls: bool) -> Ready:
    """Healthy when our web process says that calls can be taken."""

    async def ready() -> bool:
        return await http_status(port, "/healthz", tls=tls) == 200

    return ready


def _any_certificate() -> ssl.SSLContext:
    """For our own process on loopback, whose certificate is made out to another name."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def http_status(port: int, path: str, user: str = "", password: str = "", *, tls: bool = False) -> int:
    """The status of a GET on loopback, 0 where nobody answers in time.

    A few lines of HTTP/1.0 instead of a client library: the supervisor stays small in memory.
    """
    head = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n"
    if user:
        head += f"Authorization: Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}\r\n"
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            context = _any_certificate() if tls else None
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
            writer.write(f"{head}\r\n".encode())
            line = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return 0
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def stays_alive(seconds: float) -> Ready:
    """Healthy when it has lived so long; for a process that offers nothing to ask."""

    async def ready() -> bool:
        await asyncio.sleep(seconds)
        return True

    return ready
