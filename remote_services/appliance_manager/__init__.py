"""Owns the template repository of a datacenter and the disks made of its templates."""
