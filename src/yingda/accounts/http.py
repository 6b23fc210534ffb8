"""Who is asking: the dependencies that every handler's signature names.

    async def list_queues(ctx: Annotated[Ctx, allowed("setup.read")]) -> …

The application's ``state`` holds ``db`` (kit.db.Database) and may hold ``clock``, ``publisher``,
``deferrer`` and ``remembered``; what is not there is replaced by a plain default.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from yingda.accounts.actions.identity import Remembered, SignedIn, identify
from yingda.accounts.actions.sign_in import Origin
from yingda.accounts.terms import Permission
from yingda.kit.clock import Clock, SystemClock
from yingda.kit.context import Ctx
from yingda.kit.db import Database
from yingda.kit.errors import Unauthorized

_BEARER = HTTPBearer(auto_error=False, description="The token of a session, or an API key (`yk_…`)")
_MOST_KNOWN_AGENT = 300


def database_of(request: Request) -> Database:
    """The application's database."""
    db = request.app.state.db
    assert isinstance(db, Database)  # noqa: S101 - set by the composition root
    return db


def clock_of(request: Request) -> Clock:
    """The application's clock."""
    return getattr(request.app.state, "clock", None) or SystemClock()


def remembered_of(request: Request) -> Remembered:
    """The application's memory of tokens."""
    state = request.app.state
    if getattr(state, "remembered", None) is None:
        state.remembered = Remembered()
    memory = state.remembered
    assert isinstance(memory, Remembered)  # noqa: S101 - set by the composition root
    return memory


def origin_of(request: Request) -> Origin:
    """From where the request comes."""
    agent = request.headers.get("user-agent", "")[:_MOST_KNOWN_AGENT]
    return Origin(request.client.host if request.client else None, agent or None)


async def signed_in(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> SignedIn:
    """Who asks, without a transaction; raises :class:`Unauthorized`."""
    if bearer is None:
        raise Unauthorized()
    return await identify(
        database_of(request),
        bearer.credentials,
        clock_of(request),
        address=origin_of(request).address,
        memory=remembered_of(request),
    )


def allowed(permission: str | None = None) -> Any:
    """A dependency that gives the handler its :class:`Ctx`, for those who hold ``permission``.

    The transaction is committed after the handler has returned and before the answer is sent, so an
    answer never tells of what was not stored; it is rolled back where the handler raises. Without a
    permission everybody who is signed in may ask.
    """
    if permission is not None:
        Permission(permission)  # a misspelt word fails when the program starts, not at the first request

    async def open_ctx(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> AsyncIterator[Ctx]:
        state = request.app.state
        wired = {name: found for name in ("publisher", "deferrer") if (found := getattr(state, name, None))}
        async with database_of(request).transaction(who.tenant_id) as db:
            ctx = Ctx(db, who.tenant_id, who.actor, clock_of(request), **wired)
            if permission is not None:
                ctx.require(permission)
            yield ctx

    return Depends(open_ctx, scope="function")


async def actor_of_token(db: Database, token: str, *, clock: Clock | None = None) -> SignedIn:
    """Who is behind a token that came in the first frame of a WebSocket; raises :class:`Unauthorized`.

    A long connection should ask again from time to time: a sign-out does not close it by itself.
    """
    return await identify(db, token, clock or SystemClock())
