"""Linked, checked notes: parsing, links, graph, checks and rendering.

Floors, from the ground up; a module imports only from floors below its own:

1. `problem`, `markup`, `front_matter`, `percent`, `note`: one note, parsed once, with positions
2. `links`, `fences`, `labs`, `modules`, `numbers`, `formulas`: what its parts mean
3. `graph`: what follows from all links together
4. `checks`, `render`, `search_index`: problems to report, HTML to show, words to find it by
5. `markdown`: the Python-Markdown extension
6. `mkdocs_adapter`: the only file that knows MkDocs

Beside them stand `run_lab`, a program of its own, and `plot`, which labs use for their figures.
`fetched` gets what `third_party` lists, the files of others that the site serves: `minisearch` for
its search, `pyodide` to run programs in the page.
"""
