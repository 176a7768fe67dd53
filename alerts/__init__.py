"""Detection, the life of an alert, escalation and telling people."""
