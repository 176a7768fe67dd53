"""What is no text is named so on one line; pipes and zipped files read like others."""

import gzip
import io
import os
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import InvalidError
from yinling.backtest import csvfile, labels, textfile
from yinling.backtest.csvfile import CsvRead
from yinling.backtest.history import Wearer
from yinling.backtest.textfile import STDIN

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "senior,time,heart_rate\n"
ROWS = "".join(f"a,2026-10-27T08:{m:02d}:00,{60 + m}\n" for m in range(30))


def read(path: Path) -> CsvRead:
    return csvfile.read(path, SHANGHAI, Wearer(""))


def rates(found: CsvRead) -> list[float]:
    return found.history.reports["heart_rate"].tolist()


def wrote(folder: Path, content: bytes | str) -> Path:
    file = folder / "reports.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "reports.csv is empty"),
        (gzip.compress(b"", mtime=0), "reports.csv is empty"),
        ((HEAD + ROWS).encode("utf-16"), "reports.csv is UTF-16 text: save it as UTF"),
        (HEAD.encode("utf-16-le"), "reports.csv, line 1 is no text"),
        (
            b"PK\x03\x04\x14\0\x06\0\x08\0",
            "reports.csv, line 1 is no text: export it as",
        ),
        (HEAD.encode() + "王,".encode("gbk"), "line 2 is not UTF-8 text: save it as"),
        (
            gzip.compress(ROWS.encode(), mtime=0)[:-9],
            "reports.csv is a damaged gzip file",
        ),
        (b"\x1f\x8b\x08broken", "reports.csv is a damaged gzip file"),
    ],
)
def test_what_is_no_text_is_named_without_its_bytes(
    tmp_path: Path, content: bytes, says: str
) -> None:
    file = wrote(tmp_path, content)
    with pytest.raises(InvalidError, match=says) as caught:
        read(file)
    assert str(caught.value).isprintable()
    assert str(caught.value).isascii()
    with pytest.raises(InvalidError, match=says):
        labels.read(file, SHANGHAI)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 7, 40, 1 << 20])
def test_blocks_of_any_size_read_alike(
    tmp_path: Path, newline: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "CHUNK_BYTES", max(size, 40))
    text = "\ufeff" + HEAD + ROWS + "\n" + "a,2026-10-27T08:50:00\n" + "a,soon,70"
    found = read(wrote(tmp_path, text.replace("\n", newline)))
    assert rates(found) == [60.0 + m for m in range(30)]
    said = "\n".join(found.remarks())
    assert "row: 2 values where the header has 3 (1 times, first on line 33)" in said
    assert "(1 times, first on line 34)" in said


def test_a_file_without_lines_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "CHUNK_BYTES", 100)
    with pytest.raises(InvalidError, match=r"reports\.csv has no line breaks"):
        read(wrote(tmp_path, "x" * 200))


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pipe_reads_like_a_file(tmp_path: Path, zipped: bool) -> None:
    content = (HEAD + ROWS).encode()
    pipe = tmp_path / "reports"
    os.mkfifo(pipe)
    sent = gzip.compress(content) if zipped else content
    writing = threading.Thread(target=pipe.write_bytes, args=(sent,))
    writing.start()
    found = read(pipe)
    writing.join()
    assert len(rates(found)) == 30


def test_a_dash_is_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO((HEAD + ROWS).encode()))
    monkeypatch.setattr("sys.stdin", typed)
    assert len(rates(read(STDIN))) == 30
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(InvalidError, match="stdin is empty"):
        read(STDIN)


def test_spaces_around_cells_and_names_mean_nothing(tmp_path: Path) -> None:
    text = ' senior , "time" ,heart_rate , trigger\n'
    text += "a , 2026-10-27 08:00:00 , 72 ,\n a,2026-10-27T08:01:00,NA , fall\n"
    found = read(wrote(tmp_path, text.replace('"time" ', '"time"').replace(' "', '"')))
    assert rates(found) == [72.0]
    assert [one.senior for one in found.history.wearers] == ["a"]
    assert len(found.history.presses) == 1
    assert not [one for one in found.remarks() if "times" in one]


def test_a_quote_astray_spoils_its_own_line_alone(tmp_path: Path) -> None:
    lines = (HEAD + ROWS).splitlines()
    lines[3] = '"a,2026-10-27T08:02:00,62'
    lines[4] = 'a,2026-10-27T08:03:00,"63'
    lines[20] = 'a"b,"2026-10-27T08:19:00,79'
    found = read(wrote(tmp_path, "\n".join(lines) + "\n"))
    assert len(rates(found)) == 27
    assert [one.senior for one in found.history.wearers] == ["a"]
    said = "\n".join(found.remarks())
    assert (
        "row: a quote that does not close on its line (3 times, first on line 4)"
        in said
    )


def test_a_name_over_two_lines_is_refused_line_by_line(tmp_path: Path) -> None:
    text = HEAD + '"a\nb",2026-10-27T08:02:00,62\nc,2026-10-27T08:02:00,62\n'
    found = read(wrote(tmp_path, text))
    assert [one.senior for one in found.history.wearers] == ["c"]
    assert any("(2 times, first on line 2)" in one for one in found.remarks())


def test_quotes_in_their_place_are_read(tmp_path: Path) -> None:
    text = HEAD + '"a ""b"", c",2026-10-27T08:02:00,"62"\n'
    found = read(wrote(tmp_path, text))
    assert [one.senior for one in found.history.wearers] == ['a "b", c']
    assert rates(found) == [62.0]
