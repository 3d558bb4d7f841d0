"""How far several files are, counted in bytes."""

from collections.abc import Callable, Sequence


class Progress:
    """``sizes`` are the files' bytes, ``tell`` hears percents. The last few are left for what comes after."""

    def __init__(self, sizes: Sequence[int], tell: Callable[[int], None], most_percent: int = 95) -> None:
        self._sizes = sizes
        self._tell = tell
        self._most_percent = most_percent

    def at(self, index: int, done_bytes: float) -> None:
        """So many bytes of the file at ``index`` are done, and all of those before it."""
        total = max(sum(self._sizes), 1)
        self._tell(int(self._most_percent * (sum(self._sizes[:index]) + done_bytes) / total))

    def percent_of(self, index: int) -> Callable[[float], None]:
        """The same for who counts a file in percent."""
        return lambda percent: self.at(index, self._sizes[index] * percent / 100)
