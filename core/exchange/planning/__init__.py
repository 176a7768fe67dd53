"""What a file would change, decided without touching anything."""
