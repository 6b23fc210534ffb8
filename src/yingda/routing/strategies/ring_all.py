"""All free members ring at once; the first to answer gets the contact."""

from yingda.routing.strategies.longest_idle import LongestIdle


class RingAll(LongestIdle):
    """Rings the longest idle first, and all of them. O(free members) an offer, by its nature."""

    everybody = True
