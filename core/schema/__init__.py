"""The database schema as package data."""
