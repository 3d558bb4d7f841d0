"""Tests of the console relay, over real sockets and against the VNC server of a real QEMU."""
