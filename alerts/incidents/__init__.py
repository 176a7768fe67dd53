"""Incidents: opening, joining, changing and closing alerts, each in the caller's transaction."""
