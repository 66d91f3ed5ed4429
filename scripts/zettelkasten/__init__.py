"""Linked, checked notes: parsing, links, graph, checks and rendering.

Floors, from the ground up; a module imports only from floors below its own:

1. `problem`, `markup`, `front_matter`, `percent`, `note`: one note, parsed once, with positions;
   `kept`: results of earlier builds
2. `links`, `fences`, `labs`, `modules`, `pictures`, `numbers`, `formulas`: what its parts mean;
   `revisions`: when it was changed; `scopes` and `standalone`: a module as one file
3. `graph`, and `library` around it: what follows from all pages together; `take_home`: files that
   readers can run elsewhere
4. `checks`, `health`, `render`, `search_index`, `exports`: what is wrong, what could be better,
   what is shown, words to find it by, and what other programs read
5. `markdown`: the Python-Markdown extension
6. `mkdocs_adapter`: the only file that knows MkDocs

Beside them stand `run_lab`, a program of its own, and `plot` and `data`, which labs use for their
figures and data. `fetched` gets what `third_party` lists, the files of others that the site serves:
`minisearch` for its search, `pyodide` to run programs in the page, `editor` to change them there.
`in_page` is what runs them; it is sent to the browser.
"""
