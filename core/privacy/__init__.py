"""What a person may ask of us about themselves: consent, a copy, erasure, an end."""
