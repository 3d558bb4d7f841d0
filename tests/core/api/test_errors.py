"""Error bodies: one class at a time, in a fixed order, with nothing told that must not be."""

import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from core.api.errors import Problems, UnsupportedMediaType, explain, invalid
from core.errors import Conflict, Invalid, NoPlacement, NotFound, PermissionRefused, Reason


def told(error: Exception, sees_private: bool = False):
    return explain(error, correlation_id="c0ffee", sees_private=sees_private)


def test_several_wrong_properties_are_told_together():
    answer = told(Problems([invalid("cpu", "is needed."), invalid("ram", "is needed.")]))
    assert answer.status == 400
    assert [(entry["code"], entry["message"][:3]) for entry in answer.entries] == [
        ("GEN-2", "cpu"),
        ("GEN-2", "ram"),
    ]


@pytest.mark.parametrize(
    ("problems", "status"),
    [
        ([Conflict("c"), Invalid("i"), NotFound("n"), PermissionRefused("p")], 403),
        ([Conflict("c"), Invalid("i"), NotFound("n")], 404),
        ([Conflict("c"), Invalid("i")], 400),
        ([Conflict("c")], 409),
        ([UnsupportedMediaType("u")], 415),
    ],
)
def test_only_the_first_class_of_errors_is_sent(problems, status):
    answer = told(Problems(problems))
    assert answer.status == status
    assert len(answer.entries) == 1


@pytest.mark.parametrize(("error", "status"), [(Http404(), 404), (PermissionDenied(), 403)])
def test_the_frameworks_errors_are_told_in_the_dialect(error, status):
    assert told(error).status == status


def test_an_unexpected_error_tells_a_number_and_no_more(caplog):
    with caplog.at_level(logging.ERROR):
        answer = told(RuntimeError("the password is hunter2"))
    assert answer.status == 500
    assert answer.entries[0]["code"] == "500-INTERNAL-SERVER-ERROR"
    assert "c0ffee" in answer.entries[0]["message"]
    assert "hunter2" not in str(answer.entries)
    assert "c0ffee" in caplog.text


def test_the_remedy_and_the_figures_are_part_of_the_entry():
    reason = Reason("LIMITS_EXCEEDED", "Too much.", "Take less.", {"hard": 5})
    answer = told(Conflict("Too much.", code="LIMITS_EXCEEDED", remedy="Take less.", reasons=(reason,)))
    assert answer.entries == [
        {"code": "LIMITS_EXCEEDED", "message": "Too much. Take less.", "numbers": {"hard": 5}}
    ]


def test_private_reasons_and_the_host_table_are_for_administrators():
    reasons = (Reason("A", "No room."), Reason("B", "host-1 is full", private=True))
    error = NoPlacement("No room.", code="A", reasons=reasons, table=({"host": "host-1"},))
    assert "host-1" not in str(told(error).entries)
    seen = told(error, sees_private=True).entries
    assert seen[0]["table"] == [{"host": "host-1"}]
    assert seen[1]["code"] == "B"
