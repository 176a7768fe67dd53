"""Which answer a call for help takes in which state."""

import pytest

from alerts.incidents.helping.answering import CLOSED, LEADS_TO
from core.model import RequestStatus

R = RequestStatus
AFTER: dict[RequestStatus, set[RequestStatus]] = {
    R.ASKED: {R.ACCEPTED, R.ON_THE_WAY, R.DONE, R.DECLINED},
    R.OVERDUE: {R.ACCEPTED, R.ON_THE_WAY, R.DONE, R.DECLINED},
    R.ACCEPTED: {R.ON_THE_WAY, R.DONE, R.DECLINED},
    R.ON_THE_WAY: {R.DONE, R.DECLINED},
    R.DONE: set(),
    R.DECLINED: set(),
    R.WITHDRAWN: set(),
}


@pytest.mark.parametrize("status", R)
def test_answers_by_state(status: RequestStatus):
    assert {said for said, sources in LEADS_TO.items() if status in sources} == AFTER[
        status
    ]


def test_what_is_closed_stays_closed():
    assert {status for status, answers in AFTER.items() if not answers} == CLOSED
    assert not {R.ASKED, R.OVERDUE, R.WITHDRAWN} & LEADS_TO.keys()
