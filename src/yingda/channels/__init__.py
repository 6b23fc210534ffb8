"""The media by which customers reach the business; each turns its own events into contacts."""
