"""What is said: templates with variables, and figures as people speak them."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{([^\W\d]\w{0,31})(?::([a-z]+))?\}")


def fill(template: str, variables: Mapping[str, str], language: str) -> str:
    """The text with every ``{name}`` or ``{name:format}`` replaced; an unknown variable is said as nothing."""
    return _PLACE.sub(lambda found: variables.get(found[1], ""), template)
