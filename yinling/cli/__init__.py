"""The command line's words: options and help; yinling.commands does the work."""
