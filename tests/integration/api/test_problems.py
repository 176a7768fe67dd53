"""Whatever goes wrong is answered as a problem document, and nothing leaks."""

import json

import httpx
import pytest

from tests.support.api import Town

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/v1/nope", 404),
        ("POST", "/v1/me", 405),
        ("GET", "/v1/me", 401),
        ("POST", "/v1/auth/token", 422),
        ("GET", "/static/none.js", 404),
        ("GET", "/static/../service.py", 404),
    ],
)
def test_errors_are_problem_documents(api: httpx.Client, method, path, status):
    answer = api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"[]",
        b'"x"',
        b"null",
        b'{"name": 5, "level": "district"}',
        b'{"name": "", "level": "district"}',
        b'{"name": "x\\u0000y", "level": "district"}',
        b'{"name": "\\ud800", "level": "district"}',
        b'{"name": "x", "level": "village"}',
        b'{"name": "x", "level": "district", "more": null, "other": 1}',
        b'{"name": null, "level": "district"}',
        b'{"name": "x", "level": "street", "parent_id": "1"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_cannot_be_read_is_422(town: Town, body: bytes):
    headers = town.admin.headers | {"Content-Type": "application/json"}
    answer = town.admin.client.post("/v1/places", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_null_equals_absent(town: Town):
    body = {"name": "区", "level": "district", "parent_id": None, "boundary": None}
    assert town.admin.ok("POST", "/v1/places", body)["parent_id"] is None
    answer = town.admin.call("POST", "/v1/places", body | {"unknown": None})
    assert answer.status_code == 422


def test_a_body_too_large_is_413(town: Town):
    body = json.dumps({"name": "x" * 2_000_000}).encode()
    answer = town.admin.client.post(
        "/v1/places", content=body, headers=town.admin.headers
    )
    assert answer.status_code == 413
    headers = town.admin.headers | {"Content-Type": "application/json"}
    answer = town.admin.client.post(
        "/v1/places", content=iter([body]), headers=headers
    )  # without saying its length
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": "2200-01-01"},
        {"birth_date": "1700-01-01"},
        {"birth_date": "yesterday"},
        {"birth_date": -800_000_000},
        {"birth_date": "-800000000"},
        {"birth_date": "1944-05-01T00:00:00"},
        {"sex": "f"},
        {"home": {"latitude": 91, "longitude": 0}},
        {"home": {"latitude": "34", "longitude": 108}},
        {"home": {"latitude": 34}},
        {"home": {"latitude": 34, "longitude": 108, "altitude": 3}},
        {"lives_alone": "yes"},
        {"expected_interval_s": 0},
        {"expected_interval_s": 10**12},
        {"expected_interval_s": 1.5},
        {"conditions": "dementia"},
        {"risk": "low"},
        {"place_id": "x"},
        {"age": 80},
    ],
)
def test_a_seniors_fields_are_checked(town: Town, change):
    answer = town.admin.call("PATCH", f"/v1/seniors/{town.mother}", change)
    assert answer.status_code == 422, answer.text
    assert next(iter(change)) in answer.json()["errors"][0]["field"]


def test_ids_that_are_none_are_422_and_unknown_ones_404(town: Town):
    assert town.admin.call("GET", "/v1/seniors/1").status_code == 422
    path = "/v1/seniors/018f0000-0000-7000-8000-000000000000"
    assert town.admin.call("GET", path).status_code == 404
    assert town.admin.call("GET", "/v1/wristbands/%00").status_code in {404, 422}


def test_the_documentation_is_served_from_here(api: httpx.Client):
    page = api.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype html>", "")
    for path in page.text.split('"'):
        if path.startswith("/static/"):
            assert api.get(path).status_code == 200, path
    assert "'self'" in page.headers["content-security-policy"]
    document = api.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
