"""Voice: phones that ring, what they say, and what a key press does."""
