"""The switch process from inside: the loop around the pure cores, and everything that it feeds."""
