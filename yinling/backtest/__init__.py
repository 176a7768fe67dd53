"""Replays history through the live detectors, so that a rule can be tried before use."""
