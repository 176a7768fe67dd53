"""Cohorts written to files: people's weeks in seconds, with what is true about them."""
