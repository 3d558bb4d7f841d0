import pytest


@pytest.fixture
def django_apps():
    """Every model of ours."""
    from django.apps import apps

    foreign = ("django", "allauth")
    return [model for model in apps.get_models() if model.__module__.split(".")[0] not in foreign]
