"""Where a window goes through one shot: the best still place, or a path solved with the whole shot in view.

All of it is one-dimensional: a window that is as large as its shape allows can move along one axis only. Places are
shares of that axis of the picture, 0 at its start; the window's centre is what is placed. A look is one row of what the
analysis saw, a few times a second.
"""

from __future__ import annotations

from typing import Any

PLACES = 193
"""Odd, so that the middle is one of them."""
MOVE_PRICE = 0.7
"""Moving by the whole axis costs as much as losing the subject for this many looks: enough to stop dithering."""
MOST_SPEED_PER_SECOND = 0.36
"""Of the axis: faster than this no operator pans and no viewer follows."""
WHOLENESS = 2
EDGE_DISCOUNT = 0.15
"""A subject at the window's edge counts this much less than one in its middle."""
STRAIGHTENING = 0.4
"""Weight of the changes of speed against the distance from the best path, at 12 looks a second."""
STRAIGHTENING_ROUNDS = 15
EASE_SECONDS = 0.16
"""Standard deviation of the Gaussian that rounds each change of speed."""
MOST_ACCELERATION, MOST_MEAN_ACCELERATION = 0.6, 0.15
"""Of the axis, a second squared, at any moment and in the mean: a path that is pushed harder is straightened more, as
far as STRAIGHTER goes."""
STRAIGHTER = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)


def centres_of(window: float) -> Any:
    """The places (PLACES,) that the centre of a window of a share of the axis can take."""
    import numpy as np

    return np.linspace(window / 2, 1 - window / 2, PLACES)


def coverage(density: Any, window: float) -> Any:
    """Looks x PLACES: how much of a density (looks x bins) a window keeps at each place.

    What lies towards the window's edges counts a little less, so that it is centred.
    """
    import numpy as np

    bins = density.shape[1]
    middles = (np.arange(bins) + 0.5) / bins
    away = np.abs(middles[None, :] - centres_of(window)[:, None])
    # the share of each bin that is inside, so that a window moves evenly over bins
    inside = np.clip((window / 2 - away) * bins + 0.5, 0, 1)
    kernel = inside * (1 - EDGE_DISCOUNT * (2 * away / window) ** 2)
    return density @ kernel.T


def wholly(kept: Any) -> Any:
    """A subject's coverage turned into its worth, 0-1 of what is possible at each look.

    Squared, because half of somebody is less than half as good: a window that holds one wholly is better than one that
    cuts two.
    """
    import numpy as np

    best = kept.max(axis=1, keepdims=True)
    return kept**WHOLENESS / np.maximum(best, 1e-6) ** (WHOLENESS - 1)


def scaled(kept: Any) -> Any:
    """Worths scaled so that 1 is what the better looks offer, whatever the weights were."""
    import numpy as np

    return kept / max(float(np.percentile(kept.max(axis=1), 75)), 1e-6)


def still_place(kept: Any) -> int:
    """The best place (an index of centres) for a window that does not move."""
    import numpy as np

    means = kept.mean(axis=0)
    # of places that are as good, the middle one: a wide subject is centred rather than cut at one side
    best = np.flatnonzero(means >= means.max() - 1e-9)
    return int(best[len(best) // 2])


def best_path(centres: Any, kept: Any, looks_per_second: float) -> Any:
    """The path (looks,) of centres that keeps the most at the least movement, by dynamic programming (Viterbi).

    A step is at most the speed limit, and costs MOVE_PRICE a whole axis.
    """
    import numpy as np

    step = float(centres[1] - centres[0])
    if step <= 1e-9:
        return np.full(len(kept), centres[0])
    reach = max(1, int(MOST_SPEED_PER_SECOND / looks_per_second / step))
    price = MOVE_PRICE * step * np.abs(np.arange(-reach, reach + 1))
    total = kept[0].astype(float)
    came_from = np.zeros(kept.shape, dtype=np.int16)
    everywhere = np.arange(len(total))
    for look in range(1, len(kept)):
        padded = np.pad(total, reach, constant_values=-1e9)
        reachable = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1) - price
        choice = reachable.argmax(axis=1)
        came_from[look] = choice - reach
        total = reachable[everywhere, choice] + kept[look]
    place = int(total.argmax())
    path = [place]
    for look in range(len(kept) - 1, 0, -1):
        place += int(came_from[look][place])
        path.append(place)
    return centres[np.array(path[::-1])]


def limited(path: Any, step: float) -> Any:
    """The middle of the lowest path above and the highest path below the given one that move at most `step` a look.

    A path that keeps the limit stays as it is.
    """
    import numpy as np

    above, below = np.array(path, dtype=float), np.array(path, dtype=float)
    for way in (slice(None), slice(None, None, -1)):
        up, down = above[way], below[way]
        for look in range(1, len(up)):
            up[look] = max(up[look], up[look - 1] - step)
            down[look] = min(down[look], down[look - 1] + step)
    return (above + below) / 2


def straightened(path: Any, looks_per_second: float, strength: float = 1.0) -> Any:
    """A path of few, straight moves near the given one: an L1 trend filter (Kim et al. 2009, "l1 Trend Filtering").

    What it minimises is the squared distance and the sum of all changes of speed, so a window rests, then moves evenly,
    as one that is panned by hand on a good tripod does. Solved by iteratively reweighted least squares.
    """
    import numpy as np
    from scipy.linalg import solveh_banded

    count = len(path)
    if count < 4:
        return path
    # changes of speed are per look: at twice the looks each is a quarter, and there are twice as many distances
    weight = strength * STRAIGHTENING * (looks_per_second / 12.0) ** 2
    smooth = np.asarray(path, dtype=float).copy()
    for _ in range(STRAIGHTENING_ROUNDS):
        bend = weight / (np.abs(np.diff(smooth, 2)) + 1e-4)
        bands = np.zeros((3, count))
        bands[2] = 1.0
        bands[2, :-2] += bend
        bands[2, 1:-1] += 4 * bend
        bands[2, 2:] += bend
        bands[1, 1:-1] -= 2 * bend
        bands[1, 2:] -= 2 * bend
        bands[0, 2:] = bend
        smooth = solveh_banded(bands, path)
    return smooth


def eased(path: Any, deviation: float) -> Any:
    """A path (one value a frame) rounded by a Gaussian of a deviation in frames; its ends are held."""
    import numpy as np

    reach = int(4 * deviation) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    return np.convolve(np.pad(path, reach, mode="edge"), kernel / kernel.sum(), "valid")


def is_comfortable(path: Any, rate: float) -> bool:
    """Whether a path (one value a frame) is pushed neither too hard at any moment nor too much on the whole."""
    import numpy as np

    if len(path) < 3:
        return True
    pushes = np.abs(np.diff(path, 2)) * rate * rate
    return bool(pushes.max() <= MOST_ACCELERATION and pushes.mean() <= MOST_MEAN_ACCELERATION)
