"""The visit diary 民情日记: who was at whose door, when, and how it was."""
