"""Errors of the slice."""

from yingda.kit.errors import Conflict, NotFound


class NumberNotFound(NotFound):
    """No such number of this tenant."""

    id = "number_not_found"
    title = "There is no such number"


class NumberTaken(Conflict):
    """The number is set up already; whose it is, is not told."""

    id = "number_taken"
    title = "This number is not available"


class TrunkNotFound(NotFound):
    """No such trunk."""

    id = "trunk_not_found"
    title = "There is no such trunk"


class TrunkTaken(Conflict):
    """The name is used already."""

    id = "trunk_taken"
    title = "There is a trunk of this name already"
