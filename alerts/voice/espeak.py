"""Says what stands on stdin as a WAV on stdout, by the espeak-ng of a wheel.

A process of its own: a fault in the native library must not end the service.
"""

import ctypes
import os
import sys
import wave

import espeakng_loader  # pyright: ignore[reportMissingTypeStubs]

_RETRIEVAL = 1
_UTF8 = 1
_PACE = 1
_WORDS_A_MINUTE = 150
_VOICES = {"zh-CN": b"cmn", "en": b"en-us"}
_Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def speak(text: str, locale: str) -> tuple[bytes, int]:
    """16 bit samples of `text`, and how many a second [Hz].

    Raises
    ------
    OSError
        If the library or its voice cannot be loaded.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    folder = espeakng_loader.get_data_path().encode()
    rate = int(library.espeak_Initialize(_RETRIEVAL, 0, folder, 0))
    if rate <= 0 or library.espeak_SetVoiceByName(_VOICES.get(locale, b"cmn")):
        raise OSError("espeak-ng does not start")
    library.espeak_SetParameter(_PACE, _WORDS_A_MINUTE, 0)
    samples = bytearray()

    def hear(wav: "ctypes._Pointer[ctypes.c_short]", count: int, _: object) -> int:  # pyright: ignore[reportPrivateUsage]
        if wav and count:
            samples.extend(ctypes.string_at(wav, 2 * count))
        return 0

    heard = _Heard(hear)
    library.espeak_SetSynthCallback(heard)
    said = text.encode()
    library.espeak_Synth(said, len(said) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return bytes(samples), rate


def main() -> None:
    """Speak stdin."""
    samples, rate = speak(
        sys.stdin.buffer.read().decode(), os.environ.get("YINLING_TTS_LOCALE", "")
    )
    with wave.open(sys.stdout.buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)


if __name__ == "__main__":
    main()
