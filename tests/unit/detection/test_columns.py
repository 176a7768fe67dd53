"""What rows hold before anything is known."""

import numpy as np

from alerts.detection import columns


def test_a_fresh_state_knows_nothing() -> None:
    state = columns._blank_state()
    assert state.tobytes() == columns.fresh_state(1).tobytes()
    for name in columns.STATE.names or ():
        if name == "worn":
            assert state[name] == -1
        elif name == "pressure_means":
            assert (state[name] == 0).all()
        elif columns.STATE[name].base.kind == "f":
            assert np.isnan(state[name]).all()
        else:
            assert (state[name] == 0).all()


def test_fresh_states_are_of_the_size_asked_for() -> None:
    assert columns.fresh_state(3).dtype == columns.STATE
    assert len(columns.fresh_state(3)) == 3


def test_an_empty_report_holds_no_field() -> None:
    reports = columns.empty_reports(2)
    assert reports.dtype == columns.REPORT
    for name in columns.REPORT.names or ():
        if name in {"seq", "location_source", "worn"}:
            assert (reports[name] == -1).all()
        elif name in {"row", "time_s", "received_s"}:
            assert (reports[name] == 0).all()
        else:
            assert np.isnan(reports[name]).all()


def test_only_bytes_of_this_layout_are_read_back() -> None:
    state = columns.fresh_state(1)
    state["worn"] = 1
    packed, layout = state.tobytes(), columns.LAYOUT
    assert columns.unpack_state(packed, layout).tobytes() == packed
    fresh = columns.fresh_state(1).tobytes()
    for unusable in ((None, layout), (packed, layout + 1), (packed, None)):
        assert columns.unpack_state(*unusable).tobytes() == fresh
    assert columns.unpack_state(packed[:-1], layout).tobytes() == fresh
    found = columns.unpack_state(packed, layout)
    found["worn"] = 0  # a copy of its own
    assert columns.unpack_state(packed, layout)["worn"] == 1
