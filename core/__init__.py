"""What every service shares: time, settings, errors, names, wire facts, database."""
