"""The pages people open: login, family, grid, and the links in notifications."""
