"""What requests are read by is found in every form in which our code reads them."""

import ast

import pytest

from tests.isolation.reading import Readings

DIRECT = {
    "by key": 'def f(r): return r.POST["x"]',
    "by method": 'def f(r): return r.POST.get("x")',
    "many": 'def f(r): return r.POST.getlist("x", [])',
    "whether it is there": 'def f(r): return "x" in r.POST',
    "whether it is not": 'def f(r): return "x" not in r.POST',
    "on a class": 'class C:\n    def post(self, r): return self.request.POST["x"]',
}
ALIASED = {
    "another name": 'def f(r):\n    sent = r.POST\n    return sent["x"]',
    "a name of a name": 'def f(r):\n    a = r.POST\n    b = a\n    return b.get("x")',
    "of two at once": 'def f(r):\n    one, sent = 1, r.POST\n    return sent.get("x")',
    "either": 'def f(r):\n    sent = r.POST if r.method == "POST" else r.GET\n    return sent.get("x")',
    "or": 'def f(r):\n    sent = r.GET or r.POST\n    return sent.get("x")',
    "while asking": 'def f(r):\n    if (sent := r.POST): return sent["x"]',
    "a copy": 'def f(r):\n    sent = r.POST.copy()\n    return sent["x"]',
    "annotated": 'def f(r):\n    sent: dict = r.POST\n    return sent["x"]',
}
HANDED_ON = {
    "to a function": 'def g(sent): return sent.get("x")\ndef f(r): return g(r.POST)',
    "by name": 'def g(*, sent): return sent["x"]\ndef f(r): return g(sent=r.POST)',
    "through two": 'def h(b): return b["x"]\ndef g(a): return h(a)\ndef f(r): return g(r.POST)',
    "to a method": (
        'class C:\n    @classmethod\n    def read(cls, sent): return sent.get("x")\n'
        "def f(r): return C.read(r.POST)"
    ),
    "to a class": 'class C:\n    def __init__(self, sent): self.x = sent["x"]\ndef f(r): return C(r.POST)',
    "under another name": 'def g(sent): return sent["x"]\ndef f(r):\n    a = r.POST\n    return g(1 and a)',
}
LOOPED = {
    "over names": 'def f(r): return {n: r.POST[n] for n in ("x",)}',
    "over a constant": 'NAMES = ["x"]\ndef f(r):\n    for n in NAMES: r.POST.get(n)',
    "over keys": 'NAMES = {"x": 1}\ndef f(r): return [r.POST[n] for n in NAMES if n in r.POST]',
}
FORMS = {**DIRECT, **ALIASED, **HANDED_ON, **LOOPED}


def test_a_name_is_found_in_every_form_it_is_read_in():
    missed = [form for form, code in FORMS.items() if Readings([ast.parse(code)], "POST").names() != {"x"}]
    assert missed == []


@pytest.mark.parametrize(
    "code",
    [
        'def f(r): return r.META["x"]',
        'def f(r):\n    sent = r.GET\n    return sent["x"]',
        'def g(sent): return sent["x"]\ndef f(r): return g(r.GET)',
        'def f(r):\n    kept = {}\n    kept["x"] = r.POST\n    return 1',
    ],
)
def test_what_is_no_reading_is_not_taken_for_one(code):
    assert Readings([ast.parse(code)], "POST").names() == set()


def test_it_is_found_across_modules():
    helper, view = 'def read(sent): return sent.get("x")', "def f(r): return helping.read(r.POST)"
    assert Readings(map(ast.parse, (helper, view)), "POST").names() == {"x"}
