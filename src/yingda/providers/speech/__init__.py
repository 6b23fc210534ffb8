"""Speech engines behind ``yingda.flows.ports.Speaker``."""
