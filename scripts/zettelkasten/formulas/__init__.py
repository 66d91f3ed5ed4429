"""Formulas: parsed as published, and confirmed against what the snippets compute."""
