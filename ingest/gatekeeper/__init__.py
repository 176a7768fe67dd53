"""Who may enter the broker, and what each may do there."""
