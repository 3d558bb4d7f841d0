"""The feature matrix in the documentation speaks of the conformance suite as it is."""

from tests.remote_services.drivers import test_conformance
from tests.remote_services.drivers.feature_matrix import TARGET, sentence


def test_every_test_of_the_suite_stands_in_the_documentation_and_no_other():
    lines = [line for line in TARGET.read_text().splitlines() if line.startswith("| ") and line[2] != "|"]
    documented = {line.split(" | ")[0].removeprefix("| ") for line in lines}
    assert documented == {sentence(name) for name in vars(test_conformance) if name.startswith("test_")}


def test_no_driver_fails_what_the_documentation_says():
    assert "**no**" not in TARGET.read_text()
