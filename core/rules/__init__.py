"""Models of the rules people set: personal limits, geofences, quiet hours."""
