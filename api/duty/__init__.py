"""Duty as the api shows and changes it: coverage, rota, swaps, calendars, hand-over."""
