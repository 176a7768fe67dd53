"""The parts of the oracle: readings and gates, limits, personal usuals, places."""
