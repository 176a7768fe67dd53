"""What managers answer for: how fast somebody came, what was closed, who was visited."""
