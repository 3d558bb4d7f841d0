"""Finds by which names requests are read, in syntax trees: also where what was sent has another name, or is
handed on to a function of ours."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

READERS = {"get", "getlist", "pop", "setlist"}
COPIES = {"copy", "dict"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Readings:
    """The names read from ``sources`` (attributes such as GET or POST) in these trees.

    Functions are known by their last name, classes by their ``__init__``: two of one name are taken for one
    another, which finds a name too much rather than one too little.
    """

    def __init__(self, trees: Iterable[ast.AST], *sources: str):
        self.sources = sources
        self.scopes: list[tuple[Function | None, list[ast.AST]]] = []
        self.called: dict[str, list[Function]] = defaultdict(list)
        self.constants: dict[str, set[str]] = defaultdict(set)
        self.handed: dict[int, set[str]] = defaultdict(set)
        self.naming: set[int] = set()
        for tree in trees:
            self._index(tree)

    def names(self) -> set[str]:
        """Every constant that a source is asked for, until nothing new is handed on."""
        before = -1
        while before != (before := sum(map(len, self.handed.values()))):
            for function, nodes in self._concerned():
                self._hand_on(nodes, self._aliases(function, nodes))
        concerned = self._concerned()
        return {
            name
            for function, nodes in concerned
            for name in self._read_in(nodes, self._aliases(function, nodes))
        }

    def _concerned(self) -> list[tuple[Function | None, list[ast.AST]]]:
        """The functions that name a source, or are handed one."""
        return [each for each in self.scopes if self.handed.get(id(each[0])) or id(each[1]) in self.naming]

    def _index(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            if isinstance(node, Function):
                self.called[node.name].append(node)
                self._keep(node, list(ast.walk(node)))
            elif isinstance(node, ast.ClassDef):
                makers = [
                    each for each in node.body if isinstance(each, Function) and each.name == "__init__"
                ]
                self.called[node.name] += makers
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.constants[node.targets[0].id] |= _texts(node.value)
        self._keep(None, [each for each in ast.walk(tree) if isinstance(each, ast.expr | ast.comprehension)])

    def _keep(self, function: Function | None, nodes: list[ast.AST]) -> None:
        self.scopes.append((function, nodes))
        if any(getattr(each, "attr", getattr(each, "id", "")) in self.sources for each in nodes):
            self.naming.add(id(nodes))

    def _is_source(self, node: ast.AST, aliases: set[str]) -> bool:
        """Whether an expression is, or may be, what was sent."""
        if isinstance(node, ast.Attribute):
            return node.attr in self.sources
        if isinstance(node, ast.Name):
            return node.id in aliases or node.id in self.sources
        if isinstance(node, ast.BoolOp):
            return any(self._is_source(each, aliases) for each in node.values)
        if isinstance(node, ast.IfExp):
            return self._is_source(node.body, aliases) or self._is_source(node.orelse, aliases)
        if isinstance(node, ast.NamedExpr):
            return self._is_source(node.value, aliases)
        copied = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COPIES
        )
        return copied and self._is_source(node.func.value, aliases)

    def _aliases(self, function: Function | None, nodes: list[ast.AST]) -> set[str]:
        """The names under which a function knows what was sent."""
        found = set(self.handed[id(function)]) if function else set()
        before = -1
        while before != (before := len(found)):
            for target, value in _bound(nodes):
                if isinstance(target, ast.Name) and self._is_source(value, found):
                    found.add(target.id)
        return found

    def _hand_on(self, nodes: list[ast.AST], aliases: set[str]) -> None:
        for call in (each for each in nodes if isinstance(each, ast.Call)):
            given = [(place, each) for place, each in enumerate(call.args) if self._is_source(each, aliases)]
            named = [each.arg for each in call.keywords if self._is_source(each.value, aliases)]
            for function in self.called[_last_name(call.func)] if given or named else ():
                taken = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
                taken = taken[1:] if taken[:1] in (["self"], ["cls"]) else taken
                self.handed[id(function)] |= {taken[place] for place, _each in given if place < len(taken)}
                self.handed[id(function)] |= {each for each in named if each}

    def _read_in(self, nodes: list[ast.AST], aliases: set[str]) -> Iterator[str]:
        loops = _loops(nodes)
        for source, key in _keys(nodes):
            if self._is_source(source, aliases):
                yield from _texts(key)
                if isinstance(key, ast.Name):
                    for over in loops.get(key.id, ()):
                        yield from _texts(over) or self.constants.get(_last_name(over), set())


def _keys(nodes: list[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What is asked, and for what: ``s[k]``, ``s.get(k)``, ``k in s``."""
    for node in nodes:
        if isinstance(node, ast.Subscript):
            yield node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr in READERS:
                yield node.func.value, node.args[0]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            yield node.comparators[0], node.left


def _bound(nodes: list[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every name and the value it is given, of several at once one by one."""
    for node in nodes:
        if isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
            yield node.target, node.value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(target.elts, node.value.elts, strict=False)
                else:
                    yield target, node.value


def _loops(nodes: list[ast.AST]) -> dict[str, list[ast.AST]]:
    """What each name of a loop runs over."""
    found: dict[str, list[ast.AST]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            found[node.target.id].append(node.iter)
    return found


def _texts(node: ast.AST) -> set[str]:
    """The text a constant is, or those that a written collection holds."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return {name for each in node.elts for name in _texts(each)}
    if isinstance(node, ast.Dict):
        return {name for each in node.keys if each is not None for name in _texts(each)}
    return set()


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
