"""Replays all shards of a source under each set of rules, on several processes."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from zoneinfo import ZoneInfo

from core.errors import InvalidError, YinlingError
from yinling.backtest.replay import Replayed, joined, replay, since
from yinling.backtest.rules import Rulebook
from yinling.backtest.source import Shard, Source

Progress = Callable[[int, int], None]
"""Told how many reports of how many are done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What each shard goes through.

    Attributes
    ----------
    rules : sets of rules to replay with, one after the other.
    resolved_after_s : see :func:`yinling.backtest.telling.tell`.
    since_s : what came before only warms detectors up [s since 1970]
    """

    rules: Sequence[Rulebook]
    zone: ZoneInfo
    resolved_after_s: float
    since_s: float = float("-inf")


def run(
    source: Source, plan: Plan, workers: int, progress: Progress | None = None
) -> list[Replayed]:
    """Replay a source; one result for each set of rules.

    Parameters
    ----------
    workers : processes to share the shards; one works in this process.
    """
    total = sum(shard.size for shard in source.shards) * len(plan.rules)
    if workers <= 1 or len(source.shards) <= 1:
        parts = _here(source.shards, plan, total, progress)
    else:
        parts = _spread(source.shards, plan, workers, total, progress)
    return [joined([part[i] for part in parts]) for i in range(len(plan.rules))]


def replay_shard(
    shard: Shard, plan: Plan, progress: Progress | None = None
) -> list[Replayed]:
    """Read one shard and replay it under each set of rules."""
    history = shard.load()
    done = 0
    found: list[Replayed] = []
    for rules in plan.rules:

        def tell(judged: int, of: int, before: int = done) -> None:
            if progress is not None:
                progress(before + judged, of)

        replayed = replay(
            history,
            rules,
            plan.zone,
            resolved_after_s=plan.resolved_after_s,
            progress=tell,
        )
        found.append(since(replayed, history, plan.since_s))
        done += len(history.reports)
    return found


def _here(
    shards: Sequence[Shard], plan: Plan, total: int, progress: Progress | None
) -> list[list[Replayed]]:
    parts: list[list[Replayed]] = []
    done = 0
    for shard in shards:

        def tell(judged: int, _of: int, before: int = done) -> None:
            if progress is not None:
                progress(before + judged, total)

        parts.append(replay_shard(shard, plan, tell))
        done += shard.size * len(plan.rules)
    return parts


def _spread(
    shards: Sequence[Shard],
    plan: Plan,
    workers: int,
    total: int,
    progress: Progress | None,
) -> list[list[Replayed]]:
    """Shards in processes of their own; results in the order of the shards."""
    parts: dict[int, list[Replayed]] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: dict[Future[list[Replayed] | str], int] = {
            pool.submit(_elsewhere, shard, plan): i for i, shard in enumerate(shards)
        }
        done = 0
        for future in as_completed(waiting):
            i = waiting[future]
            found = future.result()
            if isinstance(found, str):
                pool.shutdown(wait=False, cancel_futures=True)
                raise InvalidError(found)
            parts[i] = found
            done += shards[i].size * len(plan.rules)
            if progress is not None:
                progress(done, total)
    return [parts[i] for i in range(len(shards))]


def _elsewhere(shard: Shard, plan: Plan) -> list[Replayed] | str:
    """Replay a shard in a process of its own; why not, where it cannot be.

    Errors travel as words: not every one survives the way between processes.
    """
    try:
        return replay_shard(shard, plan)
    except YinlingError as error:
        return str(error)
