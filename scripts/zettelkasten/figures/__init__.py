"""What draws computational graphs and experiments, here and in the reader's browser.

Its modules import the standard library, NumPy, `plot` and each other, and nothing else of the site.
"""
