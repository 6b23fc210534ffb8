"""What can go wrong with queues."""

from yingda.kit.errors import Conflict, Invalid, NotFound


class QueueNotFound(NotFound):
    """There is no such queue in this tenant."""

    id = "queue_not_found"
    title = "There is no such queue"


class QueueNameTaken(Conflict):
    """Another queue of the tenant has this name."""

    id = "queue_name_taken"
    title = "There is a queue of this name already"


class MemberUnknown(Invalid):
    """A member of the queue is not an agent of this tenant."""

    id = "queue_member_unknown"
    title = "A member is not an agent"


class QueueInUse(Conflict):
    """Something that must stay still names the queue."""

    id = "queue_in_use"
    title = "The queue is still in use"
