"""Branch on a variable."""

import enum
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from yingda.flows.nodes.base import PLAIN, Kind, Name, NodeBase, Outlet, Scene, Shape, Turn


class Test(enum.StrEnum):
    """How a variable is compared; the last four compare as numbers and do not hold for anything else."""

    IS = "is"
    IS_NOT = "is_not"
    STARTS_WITH = "starts_with"
    CONTAINS = "contains"
    ONE_OF = "one_of"
    EMPTY = "empty"
    LESS = "less"
    AT_MOST = "at_most"
    GREATER = "greater"
    AT_LEAST = "at_least"


class VariableRule(Shape):
    """``value`` may hold ``{variables}``; for one_of it is a list parted by commas."""

    outlet: Outlet
    test: Test
    value: Annotated[str, StringConstraints(max_length=500, pattern=PLAIN)] = ""

    def holds(self, actual: str, value: str) -> bool:
        """Whether ``actual`` passes the test against ``value``."""
        match self.test:
            case Test.IS:
                return actual == value
            case Test.IS_NOT:
                return actual != value
            case Test.STARTS_WITH:
                return actual.startswith(value)
            case Test.CONTAINS:
                return value in actual
            case Test.ONE_OF:
                return actual in [part.strip() for part in value.split(",")]
            case Test.EMPTY:
                return not actual.strip()
            case _:
                return self._compares(_number(actual), _number(value))

    def _compares(self, actual: Decimal | None, value: Decimal | None) -> bool:
        if actual is None or value is None:
            return False
        if self.test is Test.LESS:
            return actual < value
        if self.test is Test.AT_MOST:
            return actual <= value
        if self.test is Test.GREATER:
            return actual > value
        return actual >= value


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class BranchVariableNode(NodeBase):
    """Outlets: those of the rules, other. The first rule that holds wins."""

    kind: Literal["branch_variable"] = "branch_variable"
    variable: Name
    rules: Annotated[tuple[VariableRule, ...], Field(min_length=1, max_length=50)]

    def required_outlets(self) -> frozenset[str]:
        """Every rule's, and the rest."""
        return frozenset({"other"} | {rule.outlet for rule in self.rules})


class BranchVariableKind(Kind[BranchVariableNode]):
    """Weighs the rules in order."""

    name = "branch_variable"

    def enter(self, node: BranchVariableNode, scene: Scene) -> Turn:
        """Leaves by the first rule that holds; the value itself is not noted, it may be secret."""
        actual = scene.variables().get(node.variable, "")
        for rule in node.rules:
            if rule.holds(actual, scene.fill(rule.value)):
                return scene.go(rule.outlet, reason=f"{node.variable} {rule.test} {rule.value}".strip())
        return scene.go("other", reason="no rule holds")
