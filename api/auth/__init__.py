"""Who is asking: passwords, tokens, session cookies, and slowing guessers down."""
