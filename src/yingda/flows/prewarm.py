"""The prompts of a flow that are known before any call, so that nobody waits for speech being made. Pure."""

from collections.abc import Iterator

from yingda.flows.definition import Definition
from yingda.flows.nodes.base import NodeBase, PromptItem, SoundItem, TextItem
from yingda.flows.nodes.say import SayNode
from yingda.flows.session import Prompt, SoundPrompt, SpeechPrompt
from yingda.flows.spoken import places, position_prompt

POSITIONS = 10
"""How many places in a queue are made beforehand; longer queues are rare, and each text is made once."""


def fixed_prompts(definition: Definition) -> Iterator[Prompt]:
    """Every prompt without variables, and the first places in a queue."""
    for node in definition.nodes.values():
        for item in _items(node):
            if isinstance(item, SoundItem):
                yield SoundPrompt(item.sound)
            elif not places(item.text):
                voice = definition.voice if item.voice is None else item.voice
                yield SpeechPrompt(item.text, item.language or definition.language, voice, item.speed)
    for position in range(1, POSITIONS + 1):
        text = position_prompt(position, definition.language)
        yield SpeechPrompt(text, definition.language, definition.voice)


def _items(node: NodeBase) -> Iterator[PromptItem]:
    if isinstance(node, SayNode):
        yield from node.items()
    for name in type(node).model_fields:
        value = getattr(node, name)
        if isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, SoundItem | TextItem))
