"""What the packages need beside Python is packaged with them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("core", "ingest", "alerts", "api", "simulators", "yinling", "bench")
NOT_NEEDED = {".gitkeep", ".py", ".pyc", ".so"}


def test_every_file_of_a_package_is_packaged() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = table["tool"]["setuptools"]["package-data"]
    for package in PACKAGES:
        folder = ROOT / package
        present = {
            str(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file()
            and "__pycache__" not in path.parts
            and not NOT_NEEDED & {path.suffix, path.name}
        }
        packaged = {
            str(path.relative_to(folder))
            for pattern in patterns.get(package, [])
            for path in folder.glob(pattern)
        }
        assert present <= packaged, f"{package}: {sorted(present - packaged)}"
