"""Wristbands and the people who wear them, for tests and the demo."""
