"""How long a large export takes to come in, and to be added up: CPU and wall seconds, memory, the machine's load.

    python tests/bench/bench_import.py [--rows 1000000] [--variants 300] [--profile]

Writes a TikTok export of so many rows (an ad in an ad group in a day, of so many variants) into a folder that is
thrown away, takes it into an empty store, takes it again, and asks for the sums of every variant by day.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from variantgen.results.importing import import_export
from variantgen.results.recognising import recognised
from variantgen.results.store import STORE_NAME
from variantgen.results.sums import variant_sums

HEAD = (
    "Campaign name,Ad group name,Ad name,By Day,Currency,Cost,Impressions,Clicks (destination),Clicks (all),"
    "Video views,2-second video views,6-second video views,Video views at 25%,Video views at 50%,Video views at 75%,"
    "Video views at 100%,Conversions\n"
)


def main() -> None:
    """Makes the export, takes it, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--variants", type=int, default=300)
    parser.add_argument("--profile", action="store_true")
    wanted = parser.parse_args()
    ids = [f"b{n:07}" for n in range(wanted.variants)]
    with tempfile.TemporaryDirectory() as folder:
        export, store = Path(folder) / "export.csv", Path(folder) / STORE_NAME
        write_export(export, ids, wanted.rows)
        print(f"{wanted.rows} rows of {len(ids)} variants, {export.stat().st_size / 1e6:.0f} MB")
        profiler = cProfile.Profile() if wanted.profile else None
        if profiler:
            profiler.enable()
        done = timed("import", lambda: import_export(recognised(export), store, ids=ids))
        if profiler:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        assert (done.taken, done.matched) == (wanted.rows, wanted.rows)
        timed("again", lambda: import_export(recognised(export), store, ids=ids))
        sums = timed("sums", lambda: sum(1 for _ in variant_sums(store)))
        print(f"{sums} sums of variants by day; store of {store.stat().st_size / 1e6:.0f} MB; {peak()} at most")


def write_export(path: Path, ids: list[str], rows: int) -> None:
    """An ad of each variant in each ad group, day after day; figures as uneven as real ones, seed fixed."""
    chance, days = random.Random(7), 90
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n in range(rows):
            variant, rest = n % len(ids), n // len(ids)
            day = date(2026, 1, 1) + timedelta(days=rest % days)
            seen = int(chance.lognormvariate(7, 1.2)) + 20
            plays = int(seen * chance.uniform(0.7, 1))
            reached = sorted((int(plays * chance.random() ** 2) for _ in range(6)), reverse=True)
            clicks = [int(seen * chance.uniform(0.005, 0.02)) for _ in range(2)]
            counts = ",".join(map(str, [*sorted(clicks), plays, *reached, chance.randrange(3)]))
            group = rest // days
            cost = seen * chance.uniform(0.002, 0.02)
            file.write(f"Autumn,Group {group},autumn_{ids[variant]},{day},EUR,{cost:.2f},{seen},{counts}\n")


def timed(name: str, work: Callable[[], Any]) -> Any:
    """What a piece of work gives, its times printed."""
    wall, cpu = time.perf_counter(), time.process_time()
    given = work()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{name}: {time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s wall{load}", flush=True)
    return given


def peak() -> str:
    """The most memory that this process held, where the system tells."""
    try:
        import resource
    except ImportError:
        return "unknown memory"
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


if __name__ == "__main__":
    main()
