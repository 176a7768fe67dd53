"""The sketch of where somebody is."""

import pytest

from api.pages.ground import SIZE, plan

HOME = (34.3416, 108.9398)


def test_at_home_both_marks_are_in_the_middle() -> None:
    sketch = plan(HOME, HOME, 10, [])
    assert sketch.home == sketch.fix == (SIZE / 2, SIZE / 2)
    assert sketch.scale_m == 50


def test_north_is_up_and_east_is_right() -> None:
    sketch = plan(HOME, (HOME[0] + 0.002, HOME[1] + 0.002), 25, [])
    assert sketch.fix[0] > sketch.home[0]
    assert sketch.fix[1] < sketch.home[1]


@pytest.mark.parametrize("degrees", [0.0005, 0.01, 0.5])
def test_both_marks_stay_on_the_sheet(degrees: float) -> None:
    sketch = plan(HOME, (HOME[0] - degrees, HOME[1] + degrees), 25, [])
    for x, y in (sketch.home, sketch.fix):
        assert 20 <= x <= SIZE - 20
        assert 20 <= y <= SIZE - 20
    assert sketch.scale_width <= SIZE / 3


def test_fences_are_drawn_to_scale() -> None:
    circle = {
        "type": "circle",
        "latitude": 34.3416,
        "longitude": 108.9398,
        "radius": 80,
    }
    corners = [[108.93, 34.34], [108.94, 34.34], [108.94, 34.35], [108.93, 34.34]]
    polygon = {"type": "Polygon", "coordinates": [corners]}
    sketch = plan(HOME, HOME, 10, [circle, polygon])
    assert sketch.circles[0].radius == pytest.approx(
        80 * sketch.scale_width / sketch.scale_m, rel=0.02
    )
    assert len(sketch.polygons[0].split()) == 4
