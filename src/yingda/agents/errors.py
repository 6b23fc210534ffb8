"""What can go wrong with agents."""

from yingda.kit.errors import Conflict, NotFound, YingdaError


class NotPossible(YingdaError):
    """The agent's present state does not allow what was asked for."""

    id = "state_not_possible"
    status = 409
    title = "The agent's present state does not allow this"


class AgentNotFound(NotFound):
    """There is no such agent in this tenant."""

    id = "agent_not_found"
    title = "There is no such agent"


class ExtensionTaken(Conflict):
    """Another agent of the tenant has this extension."""

    id = "extension_taken"
    title = "Another agent has this extension"


class AlreadyAgent(Conflict):
    """The user is an agent already."""

    id = "already_agent"
    title = "This user is an agent already"


class UserNotFound(NotFound):
    """There is no such user in this tenant."""

    id = "user_not_found"
    title = "There is no such user"


class BreakReasonNotFound(NotFound):
    """There is no such break reason in this tenant."""

    id = "break_reason_not_found"
    title = "There is no such break reason"


class BreakReasonTaken(Conflict):
    """Another break reason has this name."""

    id = "break_reason_taken"
    title = "There is a break reason of this name already"
