"""A flow as data: what the designer draws, what YAML and JSON hold, what the stepper walks."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from yingda.flows.nodes import Node
from yingda.flows.nodes.base import LanguageTag, NodeId, Shape, Voice
from yingda.kit.fields import Name


class Definition(Shape):
    """Nodes by id, and where a call begins. Reading one checks its shape; ``problems`` checks its sense."""

    name: Name
    language: LanguageTag = "zh-CN"
    voice: Voice = ""
    start: NodeId
    nodes: Annotated[Mapping[NodeId, Node], Field(min_length=1, max_length=500)]

    def to_dict(self) -> dict[str, Any]:
        """JSON values without those that stand at their defaults, ``kind`` first in every node."""
        whole: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True, exclude={"nodes"})
        nodes = {
            key: {"kind": node.kind, **node.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})}
            for key, node in self.nodes.items()
        }
        return {"name": self.name, "language": self.language, **whole, "start": self.start, "nodes": nodes}
