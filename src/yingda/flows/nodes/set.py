"""Set: give variables a value."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from yingda.flows.nodes.base import PLAIN, VALUE_LENGTH, Kind, Name, NodeBase, Scene, Turn
from yingda.flows.session import NotedKind


class SetNode(NodeBase):
    """Outlet: next. Values are templates; all of them see the variables as they were before."""

    kind: Literal["set"] = "set"
    values: Annotated[
        Mapping[Name, Annotated[str, StringConstraints(max_length=VALUE_LENGTH, pattern=PLAIN)]],
        Field(min_length=1, max_length=50),
    ]


class SetKind(Kind[SetNode]):
    """Fills the templates; a result is cut at 500 characters, so that no loop grows without end."""

    name = "set"

    def enter(self, node: SetNode, scene: Scene) -> Turn:
        """Sets and goes on; the template is noted, not the value, which may be secret."""
        values = {name: scene.fill(template)[:VALUE_LENGTH] for name, template in node.values.items()}
        notes = [
            scene.note(NotedKind.VARIABLE_SET, variable=name, value=template) for name, template in node.values.items()
        ]
        return scene.go("next", *notes, variables={**scene.session.variables, **values})
