"""Who comes besides, for the routes and pages: hand-over, calls for help, follow-ups."""
