"""Tests of the appliance manager, on real files and the real qemu-img."""
