"""``python -m yinling``: the command line without an installed script."""

from yinling.main import app

if __name__ == "__main__":
    app()
