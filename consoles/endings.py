"""Why a console ends or does not open: a WebSocket close code, what happened, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Ending(models.IntegerChoices):
    """Values are close codes of the range applications may define."""

    CLOSED_BY_ADMINISTRATOR = 4001, _("Closed by an administrator")
    LEFT = 4002, _("The viewer left")
    LOGGED_OUT = 4401, _("Signed out")
    RIGHT_LOST = 4403, _("The right was taken away")
    MACHINE_GONE = 4404, _("The machine is gone")
    MACHINE_NOT_RUNNING = 4409, _("The machine is not running")
    TICKET_REFUSED = 4410, _("The ticket was refused")
    TOO_MANY = 4429, _("Open too many times")
    MACHINE_CLOSED = 4499, _("Cut off")
    NO_CONSOLE_SERVICE = 4502, _("The console service does not answer")
    NOT_OFFERED = 4503, _("The host offers no console")
    SIMULATED = 4504, _("The machine is simulated")
    TOO_SLOW = 4508, _("The machine takes no input")


@dataclass(frozen=True)
class Advice:
    """``reconnects`` says when the page tries again by itself: never, soon, or when the machine runs."""

    title: str | Promise
    help: str | Promise
    icon: str = "plug-connected-x"
    reconnects: Literal["", "soon", "when_running"] = ""


ADVICE: dict[int, Advice] = {
    Ending.CLOSED_BY_ADMINISTRATOR: Advice(
        _("An administrator closed this console"), _("Ask them before you connect again."), "user-x"
    ),
    Ending.LOGGED_OUT: Advice(_("You signed out"), _("Sign in again to open the console."), "logout"),
    Ending.RIGHT_LOST: Advice(
        _("You may no longer use this console"),
        _("Ask an administrator of your enterprise for the right."),
        "lock",
    ),
    Ending.MACHINE_GONE: Advice(
        _("This machine no longer exists"), _("Go back to the list of machines."), "circle-off"
    ),
    Ending.MACHINE_NOT_RUNNING: Advice(
        _("The machine is not running"),
        _("Start it; the console then opens by itself."),
        "player-stop",
        reconnects="when_running",
    ),
    Ending.TICKET_REFUSED: Advice(
        _("This console ticket can't be used"),
        _("A ticket opens one console, once, within seconds. Connect again to get a new one."),
        "ticket-off",
    ),
    Ending.TOO_MANY: Advice(
        _("This console is open too many times"),
        _("Close one of the other windows, then connect again."),
        "stack-2",
    ),
    Ending.MACHINE_CLOSED: Advice(
        _("The console was cut off"),
        _("The machine was switched off, or its host is being worked on. It connects again by itself."),
        reconnects="soon",
    ),
    Ending.NO_CONSOLE_SERVICE: Advice(
        _("The console service of this location does not answer"),
        _("The machine itself is not affected. It connects again by itself; if not, tell an administrator."),
        "server-off",
        reconnects="soon",
    ),
    Ending.NOT_OFFERED: Advice(
        _("The host could not open the console"),
        _("Try again. If it stays so, tell your administrator, who finds the cause in the service's log."),
        "device-desktop-off",
    ),
    Ending.SIMULATED: Advice(
        _("A simulated machine has no screen"),
        _("Everything else works as usual. A real machine's console needs a host with virtualization."),
        "flask",
    ),
    Ending.TOO_SLOW: Advice(
        _("The machine takes no more input"),
        _("Connect again. If it hangs, a reset may help."),
        "hourglass-off",
    ),
}

# What a websocket ends with when nobody could say why.
CONNECTION_LOST = Advice(
    _("The connection was lost"),
    _("Check your network. The console connects again by itself."),
    reconnects="soon",
)


class ConsoleEnded(Exception):
    """A console must end, or may not begin. ``words`` are for the person in front of it."""

    def __init__(self, ending: Ending, words: str = "") -> None:
        self.ending = ending
        self.words = words or str(ADVICE[ending].title)
        super().__init__(self.words)
