"""A web process's copy of the live state, and the browsers that follow it."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from yingda.app.live import Json, Snapshot, Viewer, event_for_viewer, for_viewer
from yingda.kit.clock import Clock, SystemClock
from yingda.kit.errors import Unavailable
from yingda.kit.link import Frame

log = structlog.get_logger()

BACKLOG = 2_000
"""Events that may wait for one browser before it has to begin again from a snapshot."""


@dataclass(eq=False)
class Follower:
    """One browser. ``None`` in the queue means: begin again."""

    viewer: Viewer
    queue: asyncio.Queue[tuple[str, Json] | None] = field(default_factory=asyncio.Queue)
    seen: set[str] = field(default_factory=set)

    def send(self, kind: str, value: Json) -> None:
        """Queues what this viewer may see of an event."""
        mine = event_for_viewer(kind, value, self.viewer, self.seen)
        if mine is None:
            return
        if self.queue.qsize() >= BACKLOG:
            self.restart()
        else:
            self.queue.put_nowait(mine)

    def restart(self) -> None:
        """Everything known may be out of date."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Snapshots of all tenants, kept up to date by the link."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._snapshots: dict[UUID, Snapshot] = {}
        self._followers: dict[UUID, set[Follower]] = {}
        self.switch_ready = False

    def take(self, frame: Frame) -> None:
        """One frame of the link."""
        if frame["type"] == "switch":
            self.switch_ready = frame["value"]["ready"]
            return
        tenant, kind, value = UUID(frame["tenant"]), frame["type"], frame["value"]
        followers = self._followers.get(tenant, ())
        if kind == "snapshot":
            self._snapshots[tenant] = Snapshot.of(value)
            for follower in followers:
                follower.restart()
            return
        snapshot = self._snapshots.get(tenant)
        if snapshot is None:
            return
        snapshot.apply(kind, value)
        for follower in followers:
            follower.send(kind, value)

    def lost(self) -> None:
        """The switch process is away: the snapshots stay, and are replaced when it is back."""
        self.switch_ready = False
        log.info("switch process away")

    def snapshot(self, tenant: UUID, viewer: Viewer) -> Json:
        """What a viewer sees now. Raises :class:`Unavailable` where nothing was heard yet."""
        return self._shown(self._known(tenant), viewer)

    def agent_of_user(self, tenant: UUID, user: UUID | None) -> str | None:
        """The id of the agent that a user is."""
        snapshot = self._snapshots.get(tenant)
        agents = snapshot.agents.values() if snapshot and user else ()
        return next((agent["id"] for agent in agents if agent["user_id"] == str(user)), None)

    def caller_of(self, tenant: UUID, contact: UUID, viewer: Viewer) -> str | None:
        """Who is on the line in a contact that the viewer sees now; None where there is no such contact."""
        snapshot = self._snapshots.get(tenant)
        found = snapshot.contacts.get(str(contact)) if snapshot else None
        return str(found["caller"]) if found and viewer.sees(found) else None

    def follow(self, tenant: UUID, viewer: Viewer) -> Follower:
        """A browser wants everything from now on; :meth:`unfollow` when it is gone."""
        follower = Follower(viewer)
        self._followers.setdefault(tenant, set()).add(follower)
        return follower

    def unfollow(self, tenant: UUID, follower: Follower) -> None:
        """The browser is gone."""
        self._followers.get(tenant, set()).discard(follower)

    def begin(self, tenant: UUID, follower: Follower) -> Json:
        """The snapshot that the follower's next events build upon."""
        snapshot = self._known(tenant)
        while not follower.queue.empty():
            follower.queue.get_nowait()
        follower.seen = {id_ for id_, contact in snapshot.contacts.items() if follower.viewer.sees(contact)}
        return self._shown(snapshot, follower.viewer)

    def _shown(self, snapshot: Snapshot, viewer: Viewer) -> Json:
        """``at`` is now: browsers set their clocks by it, and the switch process sent its snapshot long ago."""
        return {**for_viewer(snapshot, viewer), "at": self._clock.now().isoformat().replace("+00:00", "Z")}

    def _known(self, tenant: UUID) -> Snapshot:
        snapshot = self._snapshots.get(tenant)
        if snapshot is None:
            raise Unavailable("The live state is not there yet; please try again in a moment.")
        return snapshot
