"""Importing through the API: who may, how large, the dry run and what comes of it."""

import io
import zipfile

import psycopg
import pytest

from core import statistics
from core.exchange import writing
from tests.support.exchange import ZONE

pytestmark = pytest.mark.db
PLACE = {
    "district": "新城区",
    "street": "一街道",
    "community": "甲社区",
    "compound": "和平小区",
    "building": "1号楼",
}
SENIOR = PLACE | {
    "external_no": "L1",
    "name": "赵玉兰",
    "birth_date": "1941-02-03",
    "latitude": 34.3,
    "longitude": 108.9,
}


def book(**tables: list[dict[str, object]]) -> bytes:
    return writing.workbook(tables, ZONE)


def send(who, content, name="street.xlsx", **params):
    return who.client.post(
        "/v1/import",
        params=params,
        files={"file": (name, content)},
        headers=who.headers,
    )


def test_a_dry_run_changes_nothing_and_the_same_file_then_does(town, conn):
    admin, content = town.admin, book(seniors=[SENIOR])
    tried = send(admin, content).json()
    assert (tried["applied"], tried["fault_count"], tried["change_count"]) == (
        False,
        0,
        1,
    )
    (counted,) = [one for one in tried["sheets"] if one["sheet"] == "seniors"]
    assert (counted["new"], counted["changed"], counted["missing"]) == (1, 0, 2)
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (2,)
    conn.rollback()
    done = send(admin, content, dry_run=False, digest=tried["digest"]).json()
    assert done["applied"]
    row = conn.execute("SELECT name FROM senior WHERE external_no = 'L1'").fetchone()
    assert row == ("赵玉兰",)
    again = send(admin, content, dry_run=False).json()
    assert (again["applied"], again["change_count"]) == (True, 0)


def test_the_planner_looks_at_what_was_imported(town, conn):
    assert send(town.admin, book(seniors=[SENIOR]), dry_run=False).json()["applied"]
    about = "SELECT reltuples FROM pg_class WHERE relname = 'senior'"
    assert conn.execute(about).fetchone() == (3,)


def test_an_import_stands_though_the_planner_cannot_look(town, conn, monkeypatch):
    def fail(_connection):
        raise psycopg.OperationalError

    monkeypatch.setattr(statistics, "analyze", fail)
    assert send(town.admin, book(seniors=[SENIOR]), dry_run=False).json()["applied"]
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (3,)


def test_what_was_not_looked_at_is_not_applied(town):
    answer = send(town.admin, book(seniors=[SENIOR]), dry_run=False, digest="0" * 32)
    assert answer.status_code == 409


def test_faults_are_listed_at_once_and_nothing_is_written(town, conn):
    bad = [SENIOR | {"external_no": f"L{n}", "building": "99号楼"} for n in (1, 2)]
    answer = send(town.admin, book(seniors=bad), dry_run=False)
    assert answer.status_code == 422
    assert [(one["sheet"], one["line"]) for one in answer.json()["errors"]] == [
        ("seniors", 2),
        ("seniors", 3),
    ]
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (2,)


def test_managers_import_at_and_below_their_place_only(town):
    town.person("community_manager", town.community, "manager")
    manager = town.login("manager")
    assert send(manager, book(seniors=[SENIOR]), dry_run=False).json()["applied"]
    elsewhere = SENIOR | {"street": "二街道", "building": "9号楼", "external_no": "L2"}
    del elsewhere["community"], elsewhere["compound"]
    report = send(manager, book(seniors=[elsewhere])).json()
    assert [one["code"] for one in report["faults"]] == ["place.unknown"]
    chief = PLACE | {"name": "李", "role": "street_manager", "place_no": town.community}
    del chief["compound"], chief["building"]
    report = send(manager, book(staff=[chief])).json()
    assert [one["code"] for one in report["faults"]] == ["person.rank"]
    band = {"device_id": "86001", "senior_no": "L1"}
    report = send(manager, book(wristbands=[band])).json()
    assert [one["code"] for one in report["faults"]] == ["may.admin"]


def test_others_do_not_import(town, api):
    town.person("grid_worker", town.compound, "wang")
    assert send(town.login("wang"), book(seniors=[SENIOR])).status_code == 403
    assert api.post("/v1/import", content=b"x" * 2_000_000).status_code == 401


def test_new_wristbands_get_a_password_in_the_answer(town):
    content = book(
        seniors=[SENIOR], wristbands=[{"device_id": "86001", "senior_no": "L1"}]
    )
    done = send(town.admin, content, dry_run=False).json()
    (band,) = done["wristbands"]
    assert band["device_id"] == "86001"
    assert len(band["password"]) >= 22
    worn = town.admin.ok("GET", "/v1/wristbands/86001")
    assert worn["senior_id"] is not None


def test_only_administrators_vouch(town):
    town.person("community_manager", town.community, "manager")
    answer = send(town.login("manager"), book(seniors=[SENIOR]), vouch=True)
    assert answer.status_code == 403


def test_a_bare_csv_is_told_by_its_name_or_columns(town):
    text = "姓名,出生日期,楼栋,纬度,经度\n赵玉兰,1941/2/3,1号楼,34.3,108.9\n"
    answer = town.admin.client.post(
        "/v1/import?name=list.csv",
        content=text.encode("gbk"),
        headers=town.admin.headers,
    )
    assert answer.json()["sheets"][0]["new"] == 1


def test_what_is_no_table_is_refused_in_words(town):
    for content in (b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0old"):
        answer = send(town.admin, content)
        assert answer.status_code == 422
        assert answer.json()["detail"]


def test_bombs_and_entities_are_refused(town):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("seniors.csv", b"0" * (129 * 1024 * 1024))
    answer = send(town.admin, packed.getvalue(), "a.zip")
    assert (answer.status_code, "unpacks" in answer.text) == (422, True)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(seniors=[SENIOR]))) as good,
        zipfile.ZipFile(packed, "w") as archive,
    ):
        for part in good.namelist():
            text = good.read(part)
            if part == "xl/workbook.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text
            archive.writestr(part, text)
    answer = send(town.admin, packed.getvalue())
    assert (answer.status_code, "entities" in answer.text) == (422, True)


def test_too_large_a_file_is_refused_and_other_calls_keep_their_limit(town):
    answer = send(town.admin, b"0" * (18 * 1024 * 1024))
    assert answer.status_code == 413
    assert town.admin.call("POST", "/v1/places", "0" * 2_000_000).status_code == 413


def test_the_template_and_an_export_import_again(town):
    admin = town.admin
    got = admin.call("GET", "/v1/import/template")
    assert got.headers["content-type"].endswith("spreadsheetml.sheet")
    report = send(admin, got.content).json()
    assert {one["sheet"] for one in report["sheets"]} >= {"places", "seniors"}
    out = admin.call("GET", "/v1/export")
    report = send(admin, out.content).json()
    assert (report["fault_count"], report["change_count"]) == (0, 0)
    town.person("community_manager", town.community, "manager")
    manager = town.login("manager")
    out = manager.call("GET", "/v1/export")
    assert out.status_code == 200
    report = send(manager, out.content).json()
    assert (report["faults"], report["change_count"]) == ([], 0)
