"""Text to a recording as telephones play it: WAV, 8 kHz, mono, 16 bit."""

import hashlib
import io
import os
import shlex
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UnavailableError

RATE = 8000
"""Samples a second of a telephone line [Hz]."""
OWN = (sys.executable, "-P", "-m", "alerts.voice.espeak")
_WITHIN_S = 10.0
_LARGEST_BYTES = 20_000_000

Samples = NDArray[np.int16]


class Speaker:
    """Says a text by a command: ours, or the operator's.

    The command gets the text on stdin and writes a WAV of 16 bit samples to stdout; it
    finds the language in ``YINLING_TTS_LOCALE`` and what is told in
    ``YINLING_TTS_KIND``, so that it may as well play a recording.

    Parameters
    ----------
    command : split as a shell would; None: espeak-ng as it comes with the service.
    """

    def __init__(self, command: str | None = None) -> None:
        self._command = shlex.split(command) if command else list(OWN)

    def signature(self, text: str, locale: str) -> str:
        """A name for what this speaker makes of a text."""
        said = "\0".join((*self._command, locale, text))
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def say(self, text: str, locale: str, kind: str = "") -> Samples:
        """Samples of `text` at 8 kHz.

        Raises
        ------
        UnavailableError
            If the command fails, takes too long, or writes no such WAV.
        """
        environment = os.environ | {
            "YINLING_TTS_LOCALE": locale,
            "YINLING_TTS_KIND": kind,
        }
        try:
            spoken = subprocess.run(  # noqa: S603 - the operator's own command
                self._command,
                input=text.encode(),
                env=environment,
                capture_output=True,
                timeout=_WITHIN_S,
                check=True,
            ).stdout
            return read(spoken)
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
            raise UnavailableError(
                f"the text cannot be spoken: {type(error).__name__}"
            ) from None


def read(recording: bytes) -> Samples:
    """Samples of a WAV, resampled to 8 kHz, channels mixed.

    Raises
    ------
    wave.Error
        If it is none, too long, or not of 16 bit.
    """
    with wave.open(io.BytesIO(recording)) as file:
        if file.getsampwidth() != 2 or len(recording) > _LARGEST_BYTES:
            raise wave.Error("16 bit samples, a few minutes at most")
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        mixed = frames.reshape(-1, file.getnchannels()).mean(axis=1)
        return resample(mixed, file.getframerate())


def resample(samples: NDArray[np.float64], rate: int) -> Samples:
    """Samples at 8 kHz; what lies above 4 kHz is left out.

    Parameters
    ----------
    samples : (n,) float, at `rate` [Hz]
    """
    count = round(len(samples) * RATE / rate)
    if not count:
        return np.zeros(0, np.int16)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    spectrum = np.pad(spectrum, (0, count // 2 + 1 - len(spectrum)))
    slower = np.fft.irfft(spectrum, count) * (count / len(samples))
    return np.clip(np.rint(slower), -32768, 32767).astype(np.int16)


def pause(seconds: float) -> Samples:
    """Silence [s]."""
    return np.zeros(round(RATE * seconds), np.int16)


def write(path: Path, parts: Sequence[Samples]) -> None:
    """Write a recording of `parts`, one after the other."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.concatenate(parts).astype("<i2").tobytes())


def seconds(path: Path) -> float:
    """How long a recording of ours lasts [s]."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()
