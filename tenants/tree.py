"""The tenant tree: scopes with the enterprises whose default scope they are. Pure functions over rows.

Rows are dicts as ``.values()`` gives them: scopes have ``SCOPE_COLUMNS``, enterprises ``ENTERPRISE_COLUMNS``.
The work is linear in their number, and two queries bring them, however deep the tree is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
SCOPE_COLUMNS = ("id", "name", "parent_id", "unlimited")
ENTERPRISE_COLUMNS = ("id", "name", "default_scope_id", "is_reseller", "is_key_node")


@dataclass(slots=True)
class Branch:
    """A scope in the tree. ``reseller`` and ``key_node`` are the nearest found upwards, itself included;
    ``beneath`` counts the enterprises here and in the branches."""

    scope: Row
    members: list[Row] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)
    reseller: Row | None = None
    key_node: Row | None = None
    beneath: int = 0

    def walk(self) -> Iterator["Branch"]:
        """This branch and all beneath it, parents first."""
        waiting = [self]
        while waiting:
            branch = waiting.pop()
            yield branch
            waiting.extend(reversed(branch.branches))


@dataclass(slots=True)
class Tree:
    """``roots`` are the scopes without a parent among the rows; ``unplaced`` the enterprises whose default
    scope is none of them."""

    roots: list[Branch]
    unplaced: list[Row]

    def walk(self) -> Iterator[Branch]:
        """Every branch, parents first."""
        for root in self.roots:
            yield from root.walk()

    def branch(self, scope_id: int) -> Branch | None:
        """The branch of a scope."""
        return next((each for each in self.walk() if each.scope["id"] == scope_id), None)


def grow(scopes: Iterable[Row], enterprises: Iterable[Row]) -> Tree:
    """The tree of these scopes and enterprises, in the order of the rows."""
    branches = {scope["id"]: Branch(scope) for scope in scopes}
    roots = []
    for branch in branches.values():
        above = branches.get(branch.scope["parent_id"])
        (roots if above is None else above.branches).append(branch)
    unplaced = []
    for enterprise in enterprises:
        home = branches.get(enterprise["default_scope_id"])
        (unplaced if home is None else home.members).append(enterprise)
    tree = Tree(roots, unplaced)
    _complete(tree)
    return tree


def pruned(tree: Tree, wanted: Callable[[str], bool]) -> Tree:
    """What remains when only names that are ``wanted`` stay, with the scopes above them. A scope that is
    wanted itself keeps its members."""

    def prune(branch: Branch) -> Branch | None:
        whole = wanted(branch.scope["name"])
        members = [each for each in branch.members if whole or wanted(each["name"])]
        branches = [kept for each in branch.branches if (kept := prune(each))]
        if not (whole or members or branches):
            return None
        return Branch(branch.scope, members, branches, branch.reseller, branch.key_node, branch.beneath)

    roots = [kept for each in tree.roots if (kept := prune(each))]
    return Tree(roots, [each for each in tree.unplaced if wanted(each["name"])])


def _complete(tree: Tree) -> None:
    order = list(tree.walk())
    for branch in order:
        branch.reseller = _flagged(branch.members, "is_reseller") or branch.reseller
        branch.key_node = _flagged(branch.members, "is_key_node") or branch.key_node
        for below in branch.branches:
            below.reseller, below.key_node = branch.reseller, branch.key_node
    for branch in reversed(order):
        branch.beneath = len(branch.members) + sum(below.beneath for below in branch.branches)


def _flagged(members: list[Row], flag: str) -> Row | None:
    return next((each for each in members if each[flag]), None)
