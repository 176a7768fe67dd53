"""Escalation: who is told of an alert, when, and what makes people be told again."""
