"""The kinds of operations machines go through, each an ordered list of steps."""

from compute.sagas import deploy, power, undeploy

__all__ = ["deploy", "power", "undeploy"]
