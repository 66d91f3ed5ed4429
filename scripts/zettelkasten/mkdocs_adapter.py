"""MkDocs hooks: the only file that imports MkDocs.

It hands MkDocs the pages of a `Library` and puts around each what follows from its links. Problems
end a strict build before it begins; in a live preview they are printed, and shown in the page.
"""

import logging
from collections import defaultdict
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

from zettelkasten.bibliography import FILES
from zettelkasten.checks import check
from zettelkasten.editor import editor
from zettelkasten.exports import feed, graph_json, llms_txt
from zettelkasten.fetched import Fetcher, NotFetchedError
from zettelkasten.formulas.published import module_behind
from zettelkasten.library import Library
from zettelkasten.links import MODULES
from zettelkasten.minisearch import minisearch, without_minisearch
from zettelkasten.note import Note
from zettelkasten.problem import Problem
from zettelkasten.pyodide import FOLDER, LICENCES, packed, runtime
from zettelkasten.render import page as render
from zettelkasten.render.addresses import from_root
from zettelkasten.render.assets import reading_once, smaller
from zettelkasten.render.computation import with_computations
from zettelkasten.render.experiment import with_experiments
from zettelkasten.render.health import with_health
from zettelkasten.render.map import with_map
from zettelkasten.render.policy import policy, with_policy
from zettelkasten.render.recent import with_recent
from zettelkasten.render.symbols import Legends
from zettelkasten.render.timeline import with_timeline
from zettelkasten.render.totals import with_totals
from zettelkasten.revisions import Revisions
from zettelkasten.search_index import search_index
from zettelkasten.take_home import TakeHome

log = logging.getLogger("mkdocs.adjoint")
_EXTENSION = "zettelkasten.markdown"
_TEMPLATE = dict.fromkeys(("note", "source", "path", "lab"), "note.html")
# MkDocs takes a first line such as `Word: …` for metadata unless front matter stands before it.
_NO_FRONT_MATTER = "---\n{}\n---\n"


class _LabFile(File):
    """A lab: a page although its name ends in .py, so that links to the program lead to it."""

    def is_documentation_page(self) -> bool:
        """Always."""
        return True


_library: Library
_revisions: Revisions
_legends: Legends
_problems: dict[str, list[Problem]]
_settings: str
_made: dict[str, tuple[str, list[AnchorLink], set[str] | None]] = {}
"""Pages of an earlier build, from where their text is handed over to where it is used."""
_editor: dict[str, str]
_runtime: list[Path]
_search_code: str
_missing: list[str]
_is_preview = False


def on_startup(command: str, **_: Any) -> None:
    """Note whether MkDocs builds the site, or shows a preview that adds a script of its own."""
    global _is_preview
    _is_preview = command == "serve"


def on_config(config: MkDocsConfig) -> None:
    """Read and check all notes. Raises `Abort` in a strict build when something is wrong."""
    global _legends, _library, _problems, _revisions, _settings
    root = Path(config.config_file_path).parent.resolve()
    _library = Library(root, Path(config.docs_dir).resolve(), keeps=True)
    _revisions = Revisions(root, _library.docs)
    _settings = Path(config.config_file_path).read_text(encoding="utf-8")
    _legends = Legends(_library.modules)
    _problems = defaultdict(list)
    try:
        problems = check(_library)
    finally:
        _library.kept.save()
    for problem in problems:
        _problems[problem.path].append(problem)
        log.warning(problem)
    if config.strict and _problems:
        found = _count(sum(map(len, _problems.values())), "problem")
        raise Abort(f"{found} in {_count(len(_problems), 'file')}; nothing was built")
    _fetch()
    config.mdx_configs[_EXTENSION] = {"modules": _library.modules, "runs": bool(_runtime)}


def _fetch() -> None:
    """Get the files of others. A site without them is still worth reading, so none is needed."""
    global _editor, _missing, _runtime, _search_code
    _editor, _runtime, _search_code, _missing = {}, [], without_minisearch(), []
    fetcher = Fetcher(say=log.info)
    try:
        _search_code = minisearch(fetcher)
    except NotFetchedError as error:
        _missing.append(f"The site is without its search: {error}")
    try:
        _runtime, _editor = runtime(fetcher), editor(fetcher)
    except NotFetchedError as error:
        _missing.append(f"The site is without its Run buttons: {error}")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give MkDocs bodies of notes, labs as pages, the modules they show, and the bibliography."""
    for note in _library.notes:
        if note.kind == "lab":
            _make_page(files, note, config)
    for file in files.documentation_pages():
        if note := _note(file):
            text = note.markup.text.replace(f"]({MODULES}", "](../snippets/")
            file.content_string = _NO_FRONT_MATTER + text
    for asset in (*files.css_files(), *files.javascript_files()):
        if asset.src_dir == config.docs_dir:  # the theme's are small already
            asset.content_string = smaller(asset.content_string, Path(asset.src_uri).suffix)
        elif asset.src_uri.startswith("assets/javascripts/bundle."):
            asset.content_string = reading_once(asset.content_string)
    made_to_take = TakeHome(_library, config.site_url or "").files()
    for place, made in (*_served().items(), *made_to_take):
        files.append(File.generated(config, place, content=made))
    for file in _runtime:
        files.append(File.generated(config, FOLDER + file.name, abs_src_path=str(file)))
    for name in _library.modules.names():
        source = str(_library.modules.path(name))
        files.append(File.generated(config, f"snippets/{name}.py", abs_src_path=source))
    return files


def _served() -> dict[str, str]:
    """Texts beside the pages, by place."""
    sources = [note for note in _library.notes if note.kind == "source"]
    texts = {place: made(sources) for place, made in FILES.items()}
    texts["assets/minisearch.js"] = _search_code
    if _runtime:
        texts[f"{FOLDER}LICENCES.txt"] = LICENCES
        texts |= _editor
        texts["assets/run.json"] = packed(
            _runtime, _library.modules.texts(), _library.modules.labs.data()
        )
    return texts


def _make_page(files: Files, lab: Note, config: MkDocsConfig) -> None:
    """Make a page of a lab, and put its program below that, where it can be downloaded."""
    if program := files.get_file_from_path(lab.file):
        files.remove(program)
    folders = config.docs_dir, config.site_dir
    files.append(_LabFile(lab.file, *folders, config.use_directory_urls))
    source = str(_library.docs / lab.file)
    files.append(File.generated(config, f"{lab.name}/{lab.slug}.py", abs_src_path=source))


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Tell the theme the title, the description and the template of a page."""
    if note := _note(page.file):
        page.meta["title"] = note.title
        page.meta["description"] = note.claim
        template = note.front["template"] or _TEMPLATE.get(note.kind)
        if template:
            page.meta["template"] = template
    page.meta["search"] = {"exclude": True}  # the theme's search is shown, but has our index
    if note and (found := _library.kept.find(_rests_on(note))):
        _made[note.name] = found
        return ""
    return markdown


def _rests_on(note: Note) -> tuple[str, ...]:
    """What the HTML of a page's own text is made from."""
    return "page", _settings, f"runs: {bool(_runtime)}", _library.digest(note)


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put the head before the text."""
    note = _note(page.file)
    if not note:
        return html
    html = _own_html(html, page, note)
    if note.slug == "index" and not note.front["template"]:
        html = render.with_claims(html, note, _library.notes)
    html = with_computations(html, _library.modules)
    html = with_experiments(html, _library.modules, bool(_runtime))
    html = with_timeline(html, note, _library.graph)
    html = with_map(html, note, _library.graph)
    html = with_health(html, note, _library)
    html = with_recent(html, note, _library.notes, _revisions)
    html = render.with_routes(html, note, _library.graph)
    if note.kind == "page":
        html = render.with_counts(with_totals(html, _library, note), _library.count)
    problems = _problems.get(note.shown)
    box = render.problems_box(problems) if problems else ""
    head = "" if "<h1" in html else render.head(note, _library.graph)
    if head:
        page.toc.items.insert(0, AnchorLink(note.title, render.TOP, 1))
    return box + head + from_root(html, note)


def _own_html(html: str, page: Page, note: Note) -> str:
    """The text of a page with marks below its formulas, kept while nothing changes."""
    if found := _made.pop(note.name, None):
        html, page.toc.items, page.present_anchor_ids = found
        return html
    module, checked = module_behind(note, _library.modules), _library.checked(note)
    html = render.with_marks(html, checked, note, module, _legends)
    if all(one.verdict.verdict == "holds" for one in checked):
        made = html, list(page.toc.items), page.present_anchor_ids
        _library.kept.keep(_rests_on(note), made)
    return html


def on_page_context(
    context: dict[str, Any],
    page: Page,
    config: MkDocsConfig,
    **_: Any,
) -> dict[str, Any]:
    """Put backlinks and sources below the text."""
    note = _note(page.file)
    if note and note.kind in _TEMPLATE:
        context["note_tail"] = render.tail(
            note, _library.graph, _revisions.moment(note).date(), config.repo_url or ""
        )
    return context


def on_post_build(config: MkDocsConfig) -> None:
    """Write what is made from the notes and is no page: exports, search index, redirects of ids."""
    site, address, pages = Path(config.site_dir), config.site_url or "", _library.notes
    _library.kept.save()
    name, description = config.site_name, config.site_description or ""
    made = {
        "graph.json": graph_json(_library.graph),
        "search/search_index.json": search_index(pages, _library.graph),
        "feed.xml": feed(name, pages, _revisions, address),
        "llms.txt": llms_txt(name, description, pages, address),
    }
    for file, text in made.items():
        (site / file).write_text(text, encoding="utf-8")
    rules = "" if _is_preview else _set_policy(site)
    for note in pages:
        if note.id:
            html, folder = render.redirect(note), site / "z" / note.id
            folder.mkdir(parents=True, exist_ok=True)
            text = with_policy(html, rules) if rules else html
            (folder / "index.html").write_text(text, encoding="utf-8")
    for missing in _missing:  # last, so that it is seen; no warning, which would end a strict build
        log.info(missing)


def _set_policy(site: Path) -> str:
    """Put every page under one policy on what it may load and run; returns its rules.

    Pages are read twice, since all of them together take much memory.
    """
    files = list(site.rglob("*.html"))
    rules = policy(file.read_text(encoding="utf-8") for file in files)
    for file in files:
        file.write_text(with_policy(file.read_text(encoding="utf-8"), rules), encoding="utf-8")
    return rules


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _note(file: File) -> Note | None:
    return _library.by_file.get(file.src_uri)
