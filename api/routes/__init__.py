"""The calls of REST version 1, a module for each thing they are about.

Every module here that has a ``router`` is part of the application.
"""
