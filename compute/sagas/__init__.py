"""The kinds of operations machines go through, each an ordered list of steps."""

from compute.sagas import deploy, guest, instance, power, stream, undeploy

__all__ = ["deploy", "guest", "instance", "power", "stream", "undeploy"]
