"""A service for the test of the preloader: says who it is and stays."""

import os
import time


def main() -> None:
    """Runs until it is killed."""
    print(f"service {os.getpid()} {os.environ['YINGDA_X']}", flush=True)
    time.sleep(600)
