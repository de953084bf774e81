"""Counting windows: in how many stretches of text each pair of words stands, compiled with numba.

A window slides over a passage word by word. A pair's windows are counted in runs, from the window
where both first stand to the one where either leaves, so the cost of a step is the number of known
words in view, however wide the window. A word is gone when its *last* copy leaves: gensim's counter
forgets it with the first.
"""

from __future__ import annotations

import numpy as np

from jianghua.compiling import compiled

_SIGNATURE = "int64(int32[::1], int64[::1], int64, int64[:,::1])"


@compiled(_SIGNATURE)
def slide(words, starts, width, both):  # type: ignore[no-untyped-def]
    """Slide a window of ``width`` words over each passage; returns how many windows there were.

    ``words`` are the numbers of all words in order, below zero for words nobody asks about;
    passage p is ``words[starts[p]:starts[p + 1]]``. A passage of n words has n − width + 1
    windows, a shorter one a single window, an empty one none. Adds to the lower half of ``both``
    (n × n) the windows of each pair, to its diagonal those of each word.
    """
    known = both.shape[0]
    copies = np.zeros(known, np.int32)  # of each word in view
    view = np.empty(known, np.int32)  # the words in view
    place = np.zeros(known, np.int32)  # of a word in ``view``
    since = np.zeros((known, known), np.int32)
    windows = np.int64(0)
    for p in range(len(starts) - 1):
        begin, end = starts[p], starts[p + 1]
        if begin == end:
            continue
        last = max(0, end - begin - width) + 1  # one past the last window of this passage
        windows += last
        seen = 0
        for i in range(end - begin):
            t = max(0, i - width + 1)
            word = words[begin + i]
            if word >= 0:
                if copies[word] == 0:
                    view[seen] = word
                    place[word] = seen
                    seen += 1
                    for j in range(seen):
                        other = view[j]
                        since[max(word, other), min(word, other)] = t
                copies[word] += 1
            # entering words first: one that leaves and enters at once never was away
            gone = words[begin + i - width] if i >= width else np.int32(-1)
            if gone >= 0:
                copies[gone] -= 1
                if copies[gone] == 0:
                    for j in range(seen):
                        a, b = max(gone, view[j]), min(gone, view[j])
                        both[a, b] += t - since[a, b]
                    seen -= 1
                    view[place[gone]] = view[seen]
                    place[view[seen]] = place[gone]
        for j in range(seen):
            copies[view[j]] = 0
            for k in range(j + 1):
                a, b = max(view[j], view[k]), min(view[j], view[k])
                both[a, b] += last - since[a, b]
    return windows
