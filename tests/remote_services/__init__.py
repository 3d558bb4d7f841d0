"""Tests of what runs in a datacenter; none of them needs Django."""
