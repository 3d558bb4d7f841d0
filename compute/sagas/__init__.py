"""The kinds of operations machines go through, each an ordered list of steps."""

from compute.sagas import cdrom, deploy, guest, instance, power, stream, undeploy

__all__ = ["cdrom", "deploy", "guest", "instance", "power", "stream", "undeploy"]
