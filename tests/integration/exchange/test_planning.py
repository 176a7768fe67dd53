"""What a file would do: matched with the registry, every fault named, nothing guessed."""

from datetime import timedelta

import psycopg
import pytest

from core import registry
from core.errors import ConflictError
from core.exchange import applying
from core.exchange.planning.state import Author, Wish
from core.ids import new_id
from tests.support import exchange
from tests.support.exchange import NOW, WISH, carry_out, grids, look, reasons

pytestmark = pytest.mark.db
LEVELS = ("区", "街道", "社区", "小区", "楼栋")
TOP = ("新城区", "一街道", "甲社区", "和平小区")
PLACES = [
    ("编号", *LEVELS, "纬度", "经度"),
    ("B1", *TOP, "1号楼", 34.3, 108.9),
    ("B2", *TOP, "2号楼", 34.3, 108.9),
    ("B3", "新城区", "一街道", "乙社区", "东苑", "1号楼", 34.3, 108.9),
]
STAFF = [
    ("编号", "姓名", "角色", "电话", "场所编号"),
    ("S1", "李建国", "楼栋长", "13600000001", "B1"),
    ("S2", "王建华", "网格员", "13600000002", "B2"),
]
SENIORS = [
    ("编号", "姓名", "出生日期", "场所编号", "健康状况"),
    ("L1", "王桂兰", "1944-05-01", "B1", "高血压"),
    (None, "陈秀英", "1940-01-02", "B2", None),
]
HOME = ("编号", "姓名", "出生日期", "场所编号", "纬度", "经度")
RELATIVES = [
    ("编号", "姓名", "电话", "老人编号", "关系", "权限", "老人已同意"),
    ("F1", "王芳", "13900000001", "L1", "女儿", "状态、警报", "是"),
]
HOOK = "json://127.0.0.1:9/"
CONTACTS = [
    ("人员编号", "方式", "地址", "已核实"),
    ("S1", "推送", f"{HOOK}S1", "是"),
]
BANDS = [("设备号", "老人编号"), ("86001", "L1"), ("86002", None)]
SHIFTS = [
    ("人员编号", "场所编号", "开始", "结束", "重复"),
    ("S2", "B2", "2026-12-01 08:00", "2026-12-01 18:00", "FREQ=DAILY"),
]
BASE = {
    "场所": PLACES,
    "人员": STAFF,
    "老人": SENIORS,
    "家属": RELATIVES,
    "联系方式": CONTACTS,
    "手环": BANDS,
    "排班": SHIFTS,
}


@pytest.fixture
def street(conn):
    """The registry after one import."""
    registry.ensure_admin(conn, "lantern-over-the-river", NOW)
    carry_out(conn, grids(**BASE))
    return conn


def one(conn, text, *values):
    row = conn.execute(text, values).fetchone()
    return row[0] if row else None


def within(conn, name):
    """A manager of the place of this name."""
    root = one(conn, "SELECT id FROM place WHERE name = %s", name)
    return Author(None, "manager", False, root, lambda role: role != "admin")


def test_a_file_fills_an_empty_registry_and_then_changes_nothing(street):
    assert one(street, "SELECT count(*) FROM place") == 9  # what lies above is added
    worn = "SELECT external_no FROM senior JOIN binding ON senior_id = senior.id"
    assert one(street, worn) == "L1"
    assert one(street, "SELECT verified_at FROM contact") is None
    assert one(street, "SELECT count(*) FROM consent") == 3  # health of two, one link
    assert one(street, "SELECT count(*) FROM duty_period") > 20
    assert one(street, "SELECT count(DISTINCT version) FROM registry_change") == 1
    assert (
        one(street, "SELECT password_hash FROM person WHERE external_no = 'S1'") is None
    )
    plan = look(street, grids(**BASE))
    assert (plan.faults, plan.changes) == ([], [])
    assert [note.code for note in plan.draft.faults.notes] == ["contact.not_verified"]


def test_everything_that_changed_is_in_the_audit_log(street):
    found = street.execute(
        "SELECT action, count(*) FROM audit_log GROUP BY action ORDER BY action"
    ).fetchall()
    assert dict(found) == {
        "contact.create": 1,
        "family_link.create": 1,
        "person.create": 3,
        "place.create": 9,
        "senior.create": 2,
        "shift.create": 1,
        "wristband.bind": 1,
        "wristband.create": 2,
    }


def test_corrections_by_number_are_told_from_and_to(street):
    plan = carry_out(
        street,
        grids(
            场所=[
                ("编号", *LEVELS),
                ("B2", "新城区", "一街道", "乙社区", "东苑", "8号楼"),
            ],
            人员=[STAFF[0], ("S1", "李建业", "网格员", "13600000009", "B3")],
            老人=[SENIORS[0], ("L1", "王桂兰", "1944-05-02", "B3", "清空")],
        ),
    )
    assert {
        (change.sheet, field, before, after)
        for change in plan.changes
        for field, before, after in change.fields
    } == {
        ("places", "name", "2号楼", "8号楼"),
        ("places", "parent_id", "新城区 › 一街道 › 甲社区 › 和平小区", "新城区 › 一街道 › 乙社区 › 东苑"),
        ("staff", "name", "李建国", "李建业"),
        ("staff", "role", "building_head", "grid_worker"),
        ("staff", "phone", "13600000001", "13600000009"),
        ("staff", "place_id", "新城区 › 一街道 › 甲社区 › 和平小区 › 1号楼", "新城区 › 一街道 › 乙社区 › 东苑 › 1号楼"),
        ("seniors", "birth_date", "1944-05-01", "1944-05-02"),
        ("seniors", "place_id", "新城区 › 一街道 › 甲社区 › 和平小区 › 1号楼", "新城区 › 一街道 › 乙社区 › 东苑 › 1号楼"),
        ("seniors", "conditions", "hypertension", ""),
    }  # fmt: skip
    assert plan.draft.missing["seniors"] == ["陈秀英"]
    path = "SELECT cardinality(path) FROM place WHERE external_no = 'B2'"
    assert one(street, path) == 5
    named = "SELECT array_agg(up.name ORDER BY cardinality(up.path)) FROM place JOIN place AS up ON up.id = ANY(place.path) WHERE place.external_no = 'B2'"  # fmt: skip
    assert one(street, named) == ["新城区", "一街道", "乙社区", "东苑", "8号楼"]
    assert (
        one(street, "SELECT count(*) FROM registry_change WHERE wristband_key = 0") == 1
    )


def test_faults_of_places_are_named(street):
    header = ("编号", *LEVELS, "级别", "名称", "上级编号", "纬度", "经度")
    rows = [
        ("", "", "二街道", "", "", "", "", "", "", "", ""),
        ("X1", "", "", "", "", "", "社区", "丙", "X2", "", ""),
        ("X2", "", "", "", "", "", "街道", "丁", "X1", "", ""),
        ("X3", "", "", "", "", "", "街道", "戊", "B1", "", ""),
        ("X4", "", "", "", "", "", "小区", "己", "nothing", "", ""),
        ("X5", *TOP, "9号楼", "楼栋", "", "", "", ""),
        ("B1", "新城区", "", "", "", "", "", "", "", "", ""),
        ("", "", "", "", "", "1号楼", "", "", "", "", ""),
        ("X6", *TOP, "7号楼", "", "", "", "34", ""),
        ("X7", *TOP, "7号楼", "", "", "", "", ""),
        ("", "", "", "", "", "", "小区", "", "", "", ""),
        ("B2", *TOP, "1号楼", "", "", "", "", ""),
    ]
    found = look(street, grids(场所=[header, *rows]))
    assert {(line, code) for _, line, _, code in reasons(found)} == {
        (2, "place.top"),
        (3, "place.cycle"),
        (4, "place.cycle"),
        (5, "place.level"),
        (6, "place.number"),
        (7, "place.form"),
        (8, "place.other_level"),
        (9, "place.ambiguous"),
        (10, "place.holds_pair"),
        (11, "place.twice"),
        (12, "place.incomplete"),
        (13, "place.sibling"),
    }


def test_faults_of_people_are_named(street):
    header = ("编号", "姓名", "角色", "电话", "用户名", *LEVELS, "场所编号")
    none = (None,) * 5
    rows = [
        ("N1", "无家", "网格员", None, None, *none, None),
        ("N2", "甲", "网格员", None, None, *TOP, "99号楼", None),
        ("N3", "乙", "网格员", None, None, *none[:4], "1号楼", None),
        ("S1", "李建国", "楼栋长", None, None, *none, "B1"),
        ("S1", "李建国", "楼栋长", None, None, *none, "B1"),
        ("N4", "丙", "网格员", None, "a b", *none, "B1"),
        ("N5", "丁", "网格员", None, "admin", *none, "B1"),
        ("N6", "戊", "网格员", None, None, *TOP, "1号楼", "B2"),
        ("N7", "己", "院长", None, None, *none, "B1"),
        ("N8", "庚", "管理员", None, None, *none, "B1"),
    ]
    found = look(street, grids(人员=[header, *rows]))
    assert {(line, code) for _, line, _, code in reasons(found)} == {
        (2, "place.none"),
        (3, "place.unknown"),
        (4, "place.ambiguous"),
        (6, "person.twice"),
        (7, "username.form"),
        (8, "username.taken"),
        (9, "place.disagree"),
        (10, "cell.choice"),
        (11, "cell.choice"),
    }


def test_faults_of_seniors_and_relatives_are_named(street):
    found = look(
        street,
        grids(
            老人=[
                ("编号", "姓名", "出生日期", "场所编号", "楼栋", "纬度", "经度"),
                ("M1", "甲", "1850-01-01", "B1", None, 34, 108),
                ("M2", "乙", "1944-01-01", None, None, 34, 108),
                ("M3", "丙", "1944-01-01", "B1", None, None, None),
                ("M4", "丁", "1944-01-01", "B1", None, 34, None),
                ("L1", "王桂兰", "1944-05-01", "B1", None, None, None),
                ("L1", "王桂兰", "1944-05-01", "B1", None, None, None),
                ("M5", "戊", "昨天", "B1", None, 34, 108),
            ],
            家属=[
                (
                    "编号",
                    "姓名",
                    "电话",
                    "老人编号",
                    "老人姓名",
                    "关系",
                    "权限",
                    "老人已同意",
                ),
                ("G1", "王芳", None, "L1", None, "女儿", None, None),
                ("G2", "王芬", None, "L9", None, "女儿", None, "是"),
                ("G3", "王明", None, None, "王桂兰", "儿子", None, "是"),
                ("G4", "王亮", None, "L1", "陈秀英", "儿子", None, "是"),
                ("G5", "王红", None, "M5", None, "孙女", None, "是"),
                ("G5", "王虹", None, "M4", None, "孙女", None, "是"),
                ("F1", "王芳", None, "L1", None, "女儿", "体征", None),
            ],
        ),
    )
    assert {(sheet, line, code) for sheet, line, _, code in reasons(found)} == {
        ("seniors", 2, "cell.birth_date"),
        ("seniors", 3, "place.none"),
        ("seniors", 4, "senior.home"),
        ("seniors", 5, "place.holds_pair"),
        ("seniors", 7, "senior.twice"),
        ("seniors", 8, "cell.date"),
        ("relatives", 2, "link.consent"),
        ("relatives", 3, "senior.unknown"),
        ("relatives", 4, "senior.none"),
        ("relatives", 5, "senior.disagree"),
        ("relatives", 7, "person.differs"),
        ("relatives", 8, "link.scopes"),
    }


def test_faults_of_wristbands_contacts_and_shifts_are_named(street):
    street.execute(
        "UPDATE wristband SET revoked_at = %s WHERE device_id = '86002'", (NOW,)
    )
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    before = (NOW - timedelta(days=1)).isoformat()
    carry_out(street, grids(老人=[SENIORS[0], ("L2", "赵", "1941-01-01", "B1", None), ("L3", "钱", "1941-01-01", "B1", None)], 场所=PLACES))  # fmt: skip
    found = look(
        street,
        grids(
            手环=[
                ("设备号", "老人编号", "佩戴起"),
                ("86 03", "L2", None),
                ("86004", "L2", tomorrow),
                ("86005", "L1", before),
                ("86001", "L1", before),
                ("86006", "L3", None),
                ("86007", "L3", None),
                ("86006", None, None),
                ("86002", "L2", None),
            ],
            联系方式=[
                ("人员编号", "姓名", "电话", "方式", "地址"),
                ("S1", None, None, "推送", "file:///etc/passwd"),
                ("S1", None, None, "语音", "120"),
                ("S1", None, None, "短信", "tel:13800001234"),
                ("S1", None, None, "语音", 13800005678),
                ("S1", None, None, "推送", f"{HOOK}S1"),
                ("S1", None, None, "推送", f"{HOOK}S1"),
                (None, "王建华", "136-0000-0002", "推送", f"{HOOK}S2"),
                (None, "王建华", None, "推送", f"{HOOK}S3"),
                (None, "谁", "13600000077", "推送", f"{HOOK}S3"),
            ],
            排班=[
                ("人员编号", "场所编号", "开始", "结束", "重复"),
                ("S2", "B2", "2026-12-01 18:00", "2026-12-01 08:00", None),
                ("S2", "B2", "2026-12-02 08:00", "2026-12-02 18:00", "每天"),
                ("F1", "B2", "2026-12-02 08:00", "2026-12-02 18:00", None),
                ("S2", None, "2026-12-02 08:00", "2026-12-02 18:00", None),
                ("S2", "B2", "2026-12-01 08:00", "2027-02-01 18:00", None),
            ],
        ),
    )
    assert {(sheet, line, code) for sheet, line, _, code in reasons(found)} == {
        ("wristbands", 2, "device.form"),
        ("wristbands", 3, "device.future"),
        ("wristbands", 4, "device.later"),
        ("wristbands", 5, "device.senior_twice"),
        ("wristbands", 7, "device.senior_twice"),
        ("wristbands", 8, "device.twice"),
        ("wristbands", 9, "device.senior_twice"),
        ("contacts", 2, "contact.url"),
        ("contacts", 3, "contact.url"),
        ("contacts", 4, "contact.url"),
        ("contacts", 7, "contact.twice"),
        ("contacts", 9, "person.none"),
        ("contacts", 10, "person.unknown"),
        ("shifts", 2, "shift.order"),
        ("shifts", 3, "shift.rrule"),
        ("shifts", 4, "person.not_responder"),
        ("shifts", 5, "place.none"),
        ("shifts", 6, "shift.long"),
    }


def test_a_new_wristband_ends_what_its_senior_wore(street):
    later = exchange.AT._replace(now=NOW + timedelta(hours=1))
    carry_out(street, grids(手环=[("设备号", "老人编号"), ("86009", "L1")]), at=later)
    rows = street.execute(
        "SELECT device_id, ends_at, ended_as FROM binding"
        " JOIN wristband ON key = wristband_key ORDER BY starts_at"
    ).fetchall()
    assert rows == [("86001", later.now, "moved"), ("86009", None, None)]
    plan = look(street, grids(手环=[("设备号",), ("86010",)]), wish=Wish())
    assert [code for *_, code in reasons(plan)] == ["device.passwords"]


def test_contacts_are_verified_only_where_somebody_vouches(street):
    plan = look(street, grids(联系方式=CONTACTS), wish=WISH)
    assert plan.changes == []
    carry_out(street, grids(联系方式=CONTACTS), wish=WISH._replace(vouch=True))
    assert one(street, "SELECT verified_at FROM contact") == NOW


def test_consents_on_record_stay_as_they_are(street):
    street.execute("UPDATE senior SET health_consent = false WHERE external_no = 'L1'")
    street.commit()
    rows = [(*SENIORS[0], "同意健康信息"), (*SENIORS[1], "是")]
    plan = look(street, grids(老人=rows))
    assert (plan.faults, plan.changes) == ([], [])
    assert [note.code for note in plan.draft.faults.notes] == ["senior.consent_kept"]


def test_people_are_found_again_without_numbers(street):
    plan = look(
        street,
        grids(
            人员=[
                ("姓名", "角色", "电话", "场所编号"),
                ("李建国", "楼栋长", "136 0000 0001", None),
                ("王建华", "网格员", None, "B2"),
            ],
            老人=[("姓名", "出生日期", "场所编号"), ("王桂兰", "1944/5/1", "B1")],
            家属=[("姓名", "老人编号", "关系"), ("王芳", "L1", "女儿")],
        ),
    )
    assert plan.faults == []
    assert not any(change.is_new for change in plan.changes)


def test_what_changed_meanwhile_is_not_overwritten(street, database_url):
    """A row that somebody else changes between reading and writing refuses the import."""
    plan = look(
        street, grids(老人=[SENIORS[0], ("L1", "王桂芝", "1944-05-01", "B1", None)])
    )
    with psycopg.connect(database_url) as other:
        other.execute("UPDATE senior SET address = 'x' WHERE external_no = 'L1'")
    with pytest.raises(ConflictError):
        applying.apply(street, plan, exchange.ZONE)


def test_what_a_trial_would_change_of_hidden_health_is_not_shown(street):
    street.execute("UPDATE senior SET health_consent = false WHERE external_no = 'L1'")
    header, wang, chen = SENIORS
    plan = look(street, grids(老人=[header, (*wang[:4], "失智"), chen]))
    (change,) = plan.report("zh-CN")["changes"]
    (field,) = change["fields"]
    assert (field["column"], field["before"], field["after"]) == ("健康状况", "…", "…")


def test_positions_from_chinese_maps_are_converted(street):
    home = (34.3400445, 108.9444556)  # what such a map shows for 34.3416, 108.9398
    rows = [
        ("姓名", "出生日期", "场所编号", "纬度", "经度", "坐标系"),
        ("甲", "1944-05-01", "B1", *home, "GCJ-02"),
        ("乙", "1944-05-01", "B1", *home, "高德"),
        ("丙", "1944-05-01", "B1", *home, None),
        ("丁", "1944-05-01", "B1", None, None, "gcj02"),
    ]
    places = [(*PLACES[0], "坐标系"), (*PLACES[1][:6], *home, "gcj02")]
    carry_out(street, grids(老人=rows, 场所=places))
    found = street.execute(
        "SELECT home_latitude, home_longitude FROM senior"
        " WHERE name = ANY('{甲,乙,丙,丁}') ORDER BY array_position('{甲,乙,丙,丁}', name)"
    ).fetchall()
    meant = pytest.approx((34.3416, 108.9398), abs=1e-6)
    assert found == [meant, meant, home, meant]
    book = exchange.opened(exchange.exported_workbook(street))
    assert look(street, book).changes == []


def test_a_number_passes_for_no_other_things_id(street):
    """Else whoever names the id later, as an export does, would mean the impostor."""
    place = one(street, "SELECT id::text FROM place WHERE external_no = 'B3'")
    person = one(street, "SELECT id::text FROM person WHERE external_no = 'S1'")
    senior = one(street, "SELECT id::text FROM senior WHERE external_no = 'L1'")
    manager = within(street, "甲社区")
    for number in (place, person, senior, senior.upper()):
        tables = {
            "人员": [STAFF[0], (number, "新人", "志愿者", None, "B2")],
            "老人": [HOME, (number, "新人", "1950-01-01", "B1", 34.3, 108.9)],
        }
        for author in (manager, exchange.OPERATOR):
            plan = look(street, grids(**tables), author=author)
            own = {person: "staff", senior: "seniors"}
            assert reasons(plan) == [
                (sheet, 2, "编号", "number.id")
                for sheet in ("staff", "seniors")
                if own.get(number) != sheet
            ]
        row = (number, *TOP, "12号楼", 34.3, 108.9)
        if number != place:
            plan = look(street, grids(场所=[PLACES[0], row]))
            assert reasons(plan) == [("places", 2, "编号", "number.id")]
    elsewhere = str(new_id())
    row = (elsewhere, *TOP, "12号楼", 34.3, 108.9)
    carry_out(street, grids(场所=[PLACES[0], row]))
    named = "SELECT name FROM place WHERE external_no = %s"
    assert one(street, named, elsewhere) == "12号楼"


def test_an_id_wins_over_a_number_that_an_older_import_let_in(street):
    mother = one(street, "SELECT id FROM senior WHERE external_no = 'L1'")
    street.execute(
        "UPDATE senior SET external_no = %s WHERE name = '陈秀英'", (str(mother),)
    )
    street.commit()
    later = exchange.AT._replace(now=NOW + timedelta(hours=1))
    carry_out(street, grids(手环=[BANDS[0], ("86002", str(mother))]), at=later)
    worn = "SELECT device_id FROM binding JOIN wristband ON key = wristband_key WHERE ends_at IS NULL AND senior_id = %s"  # fmt: skip
    assert one(street, worn, mother) == "86002"


def test_numbers_of_another_place_are_taken_and_nothing_more(street):
    manager = within(street, "甲社区")
    street.execute("UPDATE senior SET place_id = (SELECT id FROM place WHERE external_no = 'B3') WHERE external_no = 'L1'")  # fmt: skip
    street.commit()
    tables = {"老人": [HOME, ("L1", "王桂兰", "1944-05-01", "B1", 34.3, 108.9)]}
    plan = look(street, grids(**tables), author=manager)
    assert reasons(plan) == [("seniors", 2, "编号", "number.taken")]
    assert "王" not in plan.faults[0].reason("zh-CN")
    for place in ("B3", "B404"):
        shifts = [SHIFTS[0], ("S2", place, *SHIFTS[1][2:4], None)]
        plan = look(street, grids(排班=shifts), author=manager)
        assert reasons(plan) == [("shifts", 2, "场所编号", "place.number")]
