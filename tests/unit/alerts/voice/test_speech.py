"""Words become recordings as telephones play them."""

import io
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from alerts.voice import speech
from alerts.voice.speech import RATE, Speaker
from core.errors import UnavailableError


def tone(rate: int, hertz: float, channels: int = 1, seconds: float = 1) -> bytes:
    """A WAV with one tone."""
    time = np.arange(round(rate * seconds)) / rate
    wave_form = (10_000 * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(wave_form, channels).tobytes())
    return out.getvalue()


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_tone_keeps_its_pitch_and_loudness(rate: int, channels: int):
    samples = speech.read(tone(rate, 440, channels))
    assert samples.dtype == np.int16
    assert len(samples) == RATE
    loudest = np.abs(np.fft.rfft(samples.astype(float)))
    assert int(np.argmax(loudest)) == 440
    assert 9_500 < np.abs(samples).max() < 10_500


def test_what_a_telephone_cannot_carry_is_left_out():
    assert np.abs(speech.read(tone(22_050, 6_000))).max() < 500


def test_nothing_stays_nothing():
    assert len(speech.resample(np.zeros(0), 22_050)) == 0


def test_a_recording_lasts_as_long_as_its_parts(tmp_path: Path):
    path = tmp_path / "x.wav"
    speech.write(path, [speech.pause(0.5), speech.pause(1.25)])
    assert speech.seconds(path) == 1.75


def test_chinese_is_spoken_by_what_comes_along():
    short = Speaker().say("银铃", "zh-CN")
    long = Speaker().say("银铃紧急报警，请您马上去看看。", "zh-CN")
    assert len(long) > 2 * len(short) > RATE // 2
    assert np.abs(long).max() > 3_000
    assert not np.array_equal(Speaker().say("银铃", "en")[:2000], short[:2000])


def test_an_operator_may_say_it_otherwise(tmp_path: Path):
    recording = tmp_path / "alarm.wav"
    recording.write_bytes(tone(16_000, 300))
    samples = Speaker(f"cat {recording}").say("anything", "zh-CN")
    assert np.array_equal(samples, speech.read(recording.read_bytes()))


def test_the_command_is_told_text_language_and_kind(tmp_path: Path):
    heard = tmp_path / "heard"
    script = tmp_path / "say.py"
    script.write_text(
        "import os, sys, shutil, pathlib\n"
        f"pathlib.Path({str(heard)!r}).write_text('|'.join([sys.stdin.read(),"
        " os.environ['YINLING_TTS_LOCALE'], os.environ['YINLING_TTS_KIND']]))\n"
        f"shutil.copyfileobj(open({str(tmp_path / 'x.wav')!r}, 'rb'), sys.stdout.buffer)"
    )
    (tmp_path / "x.wav").write_bytes(tone(8000, 300))
    Speaker(f"{sys.executable} {script}").say("你好", "en", "sos")
    assert heard.read_text() == "你好|en|sos"


@pytest.mark.parametrize(
    "command", ["false", "/nowhere/at/all", "echo no wave", "true"]
)
def test_a_command_that_fails_is_said(command: str):
    with pytest.raises(UnavailableError, match="cannot be spoken"):
        Speaker(command).say("你好", "zh-CN")


def test_a_phrase_has_a_name_by_text_language_and_voice():
    names = {
        Speaker().signature("a", "en"),
        Speaker().signature("b", "en"),
        Speaker().signature("a", "zh-CN"),
        Speaker("cat x").signature("a", "en"),
    }
    assert len(names) == 4
    assert Speaker().signature("a", "en") in names
