"""Kills a render of several placements with `kill -9` at random moments, and prints what each time was left.

    python tests/bench/kill_often.py [--moments 20] [--seed 1]

Each moment begins with an empty store and an empty output folder. The whole process group is killed; then a file
under a final name must be the one that an undisturbed run makes, byte for byte, no child may be alive, and the
next run has to finish without encoding a part that the store already held. Ends with 1 if that failed anywhere.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from killing import Desk, kill_at, make_film, write_placements

HEADING = f"{'moment':>7} {'files':>6} {'wrong':>6} {'child':>6} {'kept':>6} {'then encoded':>13} {'of':>4}  "


def main() -> int:
    """Prints one row a moment; 0 when every one of them was fine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    values = parser.parse_args()
    chance = random.Random(values.seed)
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = Desk(make_film(folder), write_placements(folder / "placements"))
        desk.learn(folder / "truth")
        print(f"an undisturbed run takes {desk.seconds:.1f} s and makes {len(desk.truth)} files\n{HEADING}")
        for number in range(values.moments):
            place = folder / f"moment{number}"
            place.mkdir()
            seen = kill_at(desk, place, chance.uniform(0.02, 1.0) * desk.seconds)
            faults += not seen.is_fine
            print(
                f"{seen.after_seconds:6.2f}s {seen.published:6}"
                f" {_yes(seen.is_any_wrong):>6} {_yes(seen.is_child_left):>6}"
                f" {seen.kept:6} {seen.encoded:13} {seen.unique:4}  {'fine' if seen.is_fine else 'FAULT'}",
                flush=True,
            )
    print(f"{values.moments - faults} of {values.moments} moments fine")
    return 1 if faults else 0


def _yes(value: bool) -> str:
    return "YES" if value else "no"


if __name__ == "__main__":
    sys.exit(main())
