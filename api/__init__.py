"""REST, live stream and pages over what the other services keep."""
