"""Names of jobs. They are stored with jobs that wait: never change one."""

STORE_RECORDING = "interactions.store_recording"
