"""Positions of a file that were read off Chinese maps, converted as reports' are."""

from collections.abc import Iterable

from core.exchange.tables import Record


def to_wgs84(records: Iterable[Record]) -> None:
    """Convert in place the positions of rows that say GCJ-02 [°]."""
    shifted = [
        one.values
        for one in records
        if one.values.get("coordinates") == "gcj02"
        and one.values.get("latitude") is not None
        and one.values.get("longitude") is not None
    ]
    if not shifted:
        return
    # Imported where needed: the api and most commands do without numpy.
    import numpy as np  # noqa: PLC0415

    from core import gcj02  # noqa: PLC0415

    latitude, longitude = gcj02.to_wgs84(
        np.array([values["latitude"] for values in shifted]),
        np.array([values["longitude"] for values in shifted]),
    )
    for values, north, east in zip(
        shifted, latitude.tolist(), longitude.tolist(), strict=True
    ):
        values["latitude"], values["longitude"] = round(north, 7), round(east, 7)
