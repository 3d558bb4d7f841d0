"""The REST dialect every app's ``api`` package speaks: media types, resources, collections, bodies, errors.

Resources are declared (``resource``), views are thin (``views``); nothing here knows a domain word.
"""
