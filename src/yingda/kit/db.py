"""The database: engine, table base, and the one place where transactions begin and end.

Tenant isolation is the database's own: every table of a tenant has row-level security, FORCEd, with
the policy ``tenant_id = current_setting('yingda.tenant')``. The setting lives as long as the
transaction; where it is not set, no row is seen and none can be written.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from sqlalchemy import DateTime, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from yingda.kit.ids import new_id

Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class TenantRow:
    """Mixin of every table that holds rows of tenants."""

    tenant_id: Mapped[UUID] = mapped_column(index=False)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine for ``postgresql+psycopg://…``; a plain ``postgresql://`` is understood too."""
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 5},
    )


class Database:
    """Hands out transactions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID | None) -> AsyncIterator[AsyncSession]:
        """One transaction that sees the rows of ``tenant_id`` only (of no tenant where it is None).

        Commits when the block ends, rolls back when it raises.
        """
        async with self._sessions() as session, session.begin():
            if tenant_id is not None:
                await set_tenant(session, tenant_id)
            yield session

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()


async def set_tenant(session: AsyncSession, tenant_id: UUID) -> None:
    """Makes the rest of this transaction see the rows of ``tenant_id``."""
    await session.execute(text("SELECT set_config('yingda.tenant', :tenant, true)"), {"tenant": str(tenant_id)})
