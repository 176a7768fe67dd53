"""The live stream: what changed since, to everyone who may see it."""
