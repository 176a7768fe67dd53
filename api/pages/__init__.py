"""The pages for relatives and responders, over the same permissions as the calls."""
