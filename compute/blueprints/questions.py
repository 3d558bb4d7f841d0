"""The questions a blueprint asks where it is used: which template, which size, which network."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.blueprints.content import Selector
from compute.blueprints.target import BY_NUMBERS, Choices, ProfileOption, Target, TemplateOption
from core.errors import Reason
from core.ui.amounts import size_text

TEMPLATE, PROFILE, NETWORK = "template", "profile", "network"


@dataclass(frozen=True)
class Candidate:
    """``id`` 0 means none of those that are there: a new network, or the numbers of the blueprint."""

    id: int
    name: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """``wanted`` is what the blueprint calls it, ``machines`` the labels of those it is for."""

    key: str
    kind: str
    wanted: str
    machines: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    errors: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


def chosen_of(question_key: str, candidates: tuple[Candidate, ...], choices: Choices) -> Candidate | None:
    """The candidate somebody chose; None when they chose none of them."""
    wanted = choices.answers.get(question_key)
    return next((each for each in candidates if each.id == wanted), None)


def no_candidate(code: str, wanted: str) -> Reason:
    """What was chosen for this cannot be."""
    return Reason(
        code,
        _("What was chosen for %(wanted)s is not among what may be used here.") % {"wanted": wanted},
        _("Choose one of the candidates."),
    )


def template_question(
    number: int, selector: Selector, machines: tuple[str, ...], target: Target, choices: Choices
) -> Question:
    """The best match stands first: by UUID, then by name, one's own before those of others."""
    key = f"{TEMPLATE}_{number}"
    ranked = sorted(target.templates, key=lambda each: (*_rank(selector, each), each.name.casefold()))
    candidates = tuple(Candidate(each.id, each.name, _template_hint(each)) for each in ranked)
    matching = [each for each in ranked if _matches(selector, each)]
    errors, warnings = [], []
    best = candidates[0] if matching else None
    chosen = best
    if key in choices.answers:
        chosen = chosen_of(key, candidates, choices)
        errors += [no_candidate("SPEC-8", selector.name)] if chosen is None else []
    elif best is None:
        errors.append(_no_template(selector, machines))
    if chosen and chosen is best and len(matching) > 1 and matching[0].uuid != selector.uuid:
        warnings.append(_several("BLUEPRINT-TEMPLATES", selector, len(matching)))
    return Question(
        key, TEMPLATE, selector.name, machines, candidates, chosen, tuple(errors), tuple(warnings)
    )


def profile_question(
    number: int, selector: Selector, machines: tuple[str, ...], target: Target, choices: Choices
) -> Question:
    """Without a match the numbers beside it are taken, or the template's: that is told."""
    key = f"{PROFILE}_{number}"
    ranked = sorted(target.profiles, key=lambda each: not _matches(selector, each))
    by_numbers = Candidate(BY_NUMBERS, _("vCPU and memory as the blueprint says"))
    candidates = (*(Candidate(each.id, each.name, _profile_hint(each)) for each in ranked), by_numbers)
    errors, warnings = [], []
    best = candidates[0] if ranked and _matches(selector, ranked[0]) else by_numbers
    chosen: Candidate | None = best
    if key in choices.answers:
        chosen = chosen_of(key, candidates, choices)
        errors += [no_candidate("SPEC-47", selector.name)] if chosen is None else []
    if chosen is best is by_numbers:
        warnings.append(
            Reason(
                "SPEC-37",
                _("There is no hardware profile %(name)s here; vCPU and memory are taken by number.")
                % {"name": selector.name},
                _("Choose another profile if you like."),
            )
        )
    return Question(key, PROFILE, selector.name, machines, candidates, chosen, tuple(errors), tuple(warnings))


def _matches(selector: Selector, option: TemplateOption | ProfileOption) -> bool:
    return option.uuid == selector.uuid or option.name.casefold() == selector.name.casefold()


def _rank(selector: Selector, option: TemplateOption) -> tuple[bool, ...]:
    same_name = option.name.casefold() == selector.name.casefold()
    return option.uuid != selector.uuid, option.name != selector.name, not same_name, not option.is_own


def _no_template(selector: Selector, machines: tuple[str, ...]) -> Reason:
    return Reason(
        "SPEC-29",
        _("There is no template %(name)s here, which %(machines)s is made of.")
        % {"name": selector.name, "machines": ", ".join(machines)},
        _("Choose another template, or have this one brought to the location."),
    )


def _several(code: str, selector: Selector, number: int) -> Reason:
    return Reason(
        code,
        _("%(number)s templates are called %(name)s; the first is taken.")
        % {"number": number, "name": selector.name},
        _("Choose another one if that is wrong."),
        {"number": number},
    )


def _template_hint(option: TemplateOption) -> str:
    return " · ".join(
        (
            _("%(number)s vCPU") % {"number": option.vcpus},
            size_text(option.memory_mib),
            _("%(size)s disk") % {"size": size_text(sum(option.disks_mib))},
        )
    )


def _profile_hint(option: ProfileOption) -> str:
    return f"{_('%(number)s vCPU') % {'number': option.vcpus}} · {size_text(option.memory_mib)}"
