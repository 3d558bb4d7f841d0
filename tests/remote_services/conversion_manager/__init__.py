"""Tests of the conversion manager."""
