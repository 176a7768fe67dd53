"""Notify: queued notifications to people's phones, queued commands to wristbands."""
