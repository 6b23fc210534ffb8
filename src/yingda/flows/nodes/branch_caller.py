"""Branch on who calls: number, prefix, area, carrier, withheld."""

from typing import Annotated, Literal

from pydantic import Field

from yingda.flows.nodes.base import Kind, NodeBase, Outlet, Scene, Shape, Turn, Word
from yingda.flows.session import CallFacts

Words = Annotated[tuple[Word, ...], Field(max_length=1000)]


class CallerRule(Shape):
    """Holds where any of its tests holds. ``withheld`` true: the number is not shown."""

    outlet: Outlet
    numbers: Words = ()
    prefixes: Words = ()
    area_codes: Words = ()
    carriers: Words = ()
    withheld: bool = False

    def holds(self, facts: CallFacts) -> str | None:
        """The test that holds, in words for the timeline."""
        if facts.caller_withheld:
            return "withheld" if self.withheld else None
        if facts.caller in self.numbers:
            return f"number {facts.caller}"
        prefix = next((found for found in self.prefixes if found and facts.caller.startswith(found)), None)
        if prefix is not None:
            return f"prefix {prefix}"
        if facts.area_code and facts.area_code in self.area_codes:
            return f"area {facts.area_code}"
        if facts.carrier and facts.carrier in self.carriers:
            return f"carrier {facts.carrier}"
        return None


class BranchCallerNode(NodeBase):
    """Outlets: those of the rules, other. The first rule that holds wins."""

    kind: Literal["branch_caller"] = "branch_caller"
    rules: Annotated[tuple[CallerRule, ...], Field(min_length=1, max_length=50)]

    def required_outlets(self) -> frozenset[str]:
        """Every rule's, and the rest."""
        return frozenset({"other"} | {rule.outlet for rule in self.rules})


class BranchCallerKind(Kind[BranchCallerNode]):
    """Weighs the rules in order."""

    name = "branch_caller"

    def enter(self, node: BranchCallerNode, scene: Scene) -> Turn:
        """Leaves by the first rule that holds."""
        for rule in node.rules:
            found = rule.holds(scene.facts)
            if found is not None:
                return scene.go(rule.outlet, reason=found)
        return scene.go("other", reason="no rule holds")
