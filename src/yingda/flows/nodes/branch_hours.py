"""Branch on business hours."""

from typing import Literal
from uuid import UUID

from yingda.flows.hours import is_open
from yingda.flows.nodes.base import Kind, NodeBase, Scene, Turn


class BranchHoursNode(NodeBase):
    """Outlets: open, closed. Without ``hours`` the called number's own are asked."""

    kind: Literal["branch_hours"] = "branch_hours"
    hours: UUID | None = None

    def required_outlets(self) -> frozenset[str]:
        """Both."""
        return frozenset({"open", "closed"})


class BranchHoursKind(Kind[BranchHoursNode]):
    """Asks the calendar; where it is missing the business counts as open, so that nobody is sent away."""

    name = "branch_hours"

    def enter(self, node: BranchHoursNode, scene: Scene) -> Turn:
        """Leaves by open or closed."""
        wanted = node.hours or scene.facts.number_hours
        calendar = scene.facts.calendars.get(wanted) if wanted else None
        if wanted is None:
            return scene.go("open", reason="no_hours")
        if calendar is None:
            return scene.go("error" if "error" in node.outlets else "open", reason="hours_missing")
        opened, reason = is_open(calendar, scene.now)
        return scene.go("open" if opened else "closed", reason=reason.value)
