"""Slowing guessers down: pauses, turns and bounds."""

import asyncio
from datetime import UTC, datetime

import pytest

from api.auth import gate
from api.auth.gate import LoginGate, pause_s
from api.errors import TooManyError
from core.clock import FixedClock

START = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "FIRST_PAUSE_S", 0.0)


def test_pauses_grow_up_to_a_limit():
    pauses = [pause_s(n) for n in range(1, 100)]
    assert pauses[: gate.FREE_FAILURES] == [0.0] * gate.FREE_FAILURES
    assert pauses == sorted(pauses)
    assert pauses[gate.FREE_FAILURES] == gate.FIRST_PAUSE_S
    assert pauses[-1] == gate.LONGEST_PAUSE_S


@pytest.mark.usefixtures("no_pause")
def test_who_comes_last_is_served_first():
    async def story() -> list[str]:
        login_gate, served = LoginGate(FixedClock(START)), list[str]()
        first_in, go = asyncio.Event(), asyncio.Event()

        async def first() -> None:
            async with login_gate.turn("192.0.2.1"):
                first_in.set()
                await go.wait()

        async def come(name: str) -> None:
            async with login_gate.turn("192.0.2.1"):
                served.append(name)

        async with asyncio.TaskGroup() as group:
            group.create_task(first())
            await first_in.wait()
            for name in ("guess 1", "guess 2", "owner"):
                group.create_task(come(name))
                await asyncio.sleep(0)
            go.set()
        return served

    assert asyncio.run(story()) == ["owner", "guess 2", "guess 1"]


def test_too_many_waiting_send_the_oldest_away():
    async def story() -> list[str]:
        login_gate, sent_away = LoginGate(FixedClock(START)), list[str]()

        async def come(name: str) -> None:
            try:
                async with login_gate.turn("192.0.2.1"):
                    pass
            except TooManyError:
                sent_away.append(name)

        async with login_gate.turn("192.0.2.1"):
            tasks = [
                asyncio.create_task(come(f"{n}")) for n in range(gate.MOST_WAITING + 2)
            ]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        return sent_away

    assert asyncio.run(story()) == ["0", "1"]


@pytest.mark.parametrize("granted_before_cancel", [True, False])
def test_a_waiter_who_leaves_passes_the_turn_on(granted_before_cancel: bool):
    async def story() -> None:
        login_gate = LoginGate(FixedClock(START))

        async def wait() -> None:
            async with login_gate.turn("192.0.2.1"):
                pass

        async with login_gate.turn("192.0.2.1"):
            waiter = asyncio.create_task(wait())
            await asyncio.sleep(0)
            if not granted_before_cancel:
                waiter.cancel()
                await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        async with asyncio.timeout(1):
            await wait()

    asyncio.run(story())


def test_addresses_do_not_wait_for_each_other_and_networks_do():
    async def story() -> tuple[bool, bool]:
        login_gate = LoginGate(FixedClock(START))

        async def passes(address: str) -> bool:
            try:
                async with asyncio.timeout(0.01), login_gate.turn(address):
                    return True
            except TimeoutError:
                return False

        async with login_gate.turn("2001:db8::1"), login_gate.turn(None):
            return await passes("2001:db8:1::1"), await passes("2001:db8::2")

    assert asyncio.run(story()) == (True, False)


@pytest.mark.usefixtures("no_pause")
def test_failures_are_forgotten_and_addresses_bounded(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(gate, "MOST_ADDRESSES", 3)
    clock = FixedClock(START)

    async def story() -> None:
        login_gate = LoginGate(clock)
        async with login_gate.turn("192.0.2.1") as turn:
            await turn.failed()
            await turn.failed()
            assert turn._entry.failures == 2
            clock.at = START.replace(hour=1)
            await turn.failed()
            assert turn._entry.failures == 1
            for n in range(2, 9):
                async with login_gate.turn(f"192.0.2.{n}"):
                    pass
            assert len(login_gate._addresses) == 3
            assert "192.0.2.1" in login_gate._addresses

    asyncio.run(story())
