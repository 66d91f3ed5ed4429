"""The mathematics of the notes as code: one module per note, run and tested as published.

A module imports NumPy and other snippets, and nothing of the site.
"""
