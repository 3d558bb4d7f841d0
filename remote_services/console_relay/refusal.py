"""Why the relay does not open a console, as one line on the wire."""


class Refused(Exception):
    """``code`` is for programs, the message for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words

    def line(self) -> bytes:
        """``ERROR <code> <words>`` and one line end, whatever the words hold."""
        return f"ERROR {self.code} {' '.join(self.words.split())}\n".encode()
