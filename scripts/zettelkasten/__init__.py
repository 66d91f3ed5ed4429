"""Linked, checked notes: parsing, links, graph, checks and rendering.

Floors, from the ground up; a module imports only from floors below its own:

1. `problem`, `markup`, `front_matter`, `percent`, `note`: one note, parsed once, with positions;
   `kept`: results of earlier builds
2. `links`, `fences`, `labs`, `modules`, `pictures`, `experiments`, `numbers`, `formulas`: what its
   parts mean; `revisions`: when it was changed; `scopes` and `standalone`: a module as one file
3. `graph`, and `library` around it: what follows from all pages together; `take_home`: files that
   readers can run elsewhere
4. `checks`, `health`, `render`, `search_index`, `exports`: what is wrong, what could be better,
   what is shown, words to find it by, and what other programs read
5. `markdown`: the Python-Markdown extension
6. `mkdocs_adapter`: the only file that knows MkDocs

Beside them stand `run_lab`, a program of its own, what labs use for their figures and data, `plot`
and `data`, and what draws graphs, `figures`. `in_page` runs modules, sessions and labs in the
browser; it is sent there with these and with `cells`, so they use nothing else here. `fetched` gets
what `third_party` lists, the files of others that the site serves: `minisearch` for its search,
`pyodide` to run programs in the page, `editor` to change them there.
"""
