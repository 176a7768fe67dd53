"""Detectors as pure functions of (state, reports, limits): numpy columns, no I/O."""
