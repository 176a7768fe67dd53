"""Files in: workbooks, CSVs in any usual encoding, folders and zips."""

import io
import zipfile

import pytest

from core.errors import InvalidError
from core.exchange import imports, sources, writing
from core.exchange.faults import FileError
from core.exchange.sheets import SHEETS
from tests.support.exchange import CONTEXT, ZONE

LINES = "姓名,出生日期,楼栋\r\n王桂兰,1944-05-01,1号楼\r\n"
WANG = {"name": "王桂兰", "birth_date": "1944-05-01", "building": "1号楼"}


def read(name: str, content: bytes, kind: str | None = None):
    return imports.read(sources.open_bytes(name, content, CONTEXT, kind))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csvs_in_every_encoding_that_spreadsheets_write(encoding):
    found = read("老人.csv", LINES.encode(encoding))
    assert found.faults.found == []
    (row,) = found.tables.rows["seniors"]
    assert (row.line, row.values["name"]) == (2, "王桂兰")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csvs_with_other_separators(mark):
    found = read("seniors.csv", LINES.replace(",", mark).encode())
    assert len(found.tables.rows["seniors"]) == 1


def test_a_csv_of_another_name_is_known_by_its_columns():
    assert "seniors" in read("2026 final.csv", LINES.encode()).tables.rows
    assert "seniors" in read("x.csv", LINES.encode(), "老人").tables.rows
    found = read("x.csv", b"a,b\n1,2\n").faults.found
    assert [one.code for one in found] == ["sheet.unknown"]


def test_a_folder_and_a_zip_of_csvs(tmp_path):
    files = writing.csv_files({"seniors": [WANG]}, ZONE)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = imports.read(sources.open_path(tmp_path, CONTEXT))
    assert len(found.tables.rows["seniors"]) == 1
    found = read("a.zip", writing.zipped(files))
    assert set(found.tables.rows) == {sheet.key for sheet in SHEETS}
    assert found.faults.found == []


def test_names_inside_a_zip_may_be_gbk():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("XX.csv", LINES.encode("gbk"))
    content = packed.getvalue().replace(b"XX.csv", "老".encode("gbk") + b".csv")
    assert b"\xc0\xcf.csv" in content
    found = sources.open_bytes("a.zip", content, CONTEXT)
    assert [grid.name for grid in found] == ["老"]


def test_the_template_reads_without_a_fault_in_any_cell():
    found = read("template.xlsx", writing.template())
    assert found.faults.found == []
    assert all(len(rows) == 1 for rows in found.tables.rows.values())


def test_text_that_looks_like_a_formula_stays_text():
    risky = ["=1+1", "+1", "-1", "@x", "'=1", "'x"]
    rows = {"seniors": [WANG | {"address": text} for text in risky]}
    for content, name in (
        (writing.workbook(rows, ZONE), "a.xlsx"),
        (writing.zipped(writing.csv_files(rows, ZONE)), "a.zip"),
    ):
        found = read(name, content).tables.rows["seniors"]
        assert [row.values["address"] for row in found] == risky
    with zipfile.ZipFile(io.BytesIO(writing.workbook(rows, ZONE))) as book:
        pages = [book.read(name) for name in book.namelist() if "sheet" in name]
    assert not any(b"<f>" in page for page in pages)


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("姓名,出生日期,手机壳", ["column.unknown"]),
        ("姓名,姓 名*,出生日期", ["column.twice"]),
        ("姓名", ["column.missing"]),
        (",", ["sheet.no_header"]),
    ],
)
def test_columns_that_cannot_be_read_are_named(header, codes):
    found = read("老人.csv", header.encode()).faults.found
    assert [one.code for one in found] == codes
    assert all(one.reason("zh-CN") and one.reason("en") for one in found)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_table_is_refused_in_words(content):
    with pytest.raises(InvalidError, match=r"\w+ \w+"):
        read("a", content)


@pytest.mark.parametrize("content", [b'"' + b"x" * 200_000, b"\xff\xfe\xfd", b"\x00"])
def test_garbage_is_a_table_without_columns(content):
    try:
        found = read("a.csv", content).faults.found
    except InvalidError:
        return
    assert [one.code for one in found] == ["sheet.unknown"]


def test_a_table_may_come_once():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("seniors.csv", LINES)
        archive.writestr("x/老人.csv", LINES)
    assert [one.code for one in read("a.zip", packed.getvalue()).faults.found] == [
        "sheet.twice"
    ]


def test_why_a_file_cannot_be_read_is_said_in_both_languages():
    with pytest.raises(FileError) as refused:
        read("a.xlsx", b"")
    assert str(refused.value) == "the file is empty"
    assert refused.value.reason("zh-CN") == "文件是空的"
    assert refused.value.field == "file"
