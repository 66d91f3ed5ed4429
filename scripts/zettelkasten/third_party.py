"""Every file of others that the site serves: its address or addresses, and its SHA-256.

To take another version, change it here, build, and enter the checksums after comparing them with
those that the project itself publishes: for Pyodide's packages, in its `pyodide-lock.json`.
"""

from .fetched import Wanted

MINISEARCH_VERSION = "7.2.0"
PRISM_CODE_EDITOR_VERSION = "5.4.0"
PYODIDE_VERSION = "314.0.3"

_NPM = "https://registry.npmjs.org"
# The project's own server, its package on npm (which lacks NumPy), and a program that brings it.
_PYODIDE = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE_VERSION}/full/"
_PYODIDE_NPM = f"{_NPM}/pyodide/-/pyodide-{PYODIDE_VERSION}.tgz#package/"
_OPEN_WEBUI = (
    "https://files.pythonhosted.org/packages/d5/68/"
    "ba67840b98eb35636dbfb0685a6b4c3c02e26bd60e500f56d2e52216c13c/"
    "open_webui-0.12.4-py3-none-any.whl#open_webui/frontend/pyodide/"
)


def _core(name: str, sha256: str) -> Wanted:
    return Wanted(sha256, (_PYODIDE + name, _PYODIDE_NPM + name, _OPEN_WEBUI + name))


def _package(name: str, sha256: str) -> Wanted:
    return Wanted(sha256, (_PYODIDE + name, _OPEN_WEBUI + name))


MINISEARCH = Wanted(
    "cb3b8126a3ea65d6b387787294f0792b0ea4a40b70f8f37688066a5638e0218a",
    (f"{_NPM}/minisearch/-/minisearch-{MINISEARCH_VERSION}.tgz",),
)
"""The package of the library that searches."""

PRISM_CODE_EDITOR = Wanted(
    "b735273a0e5aeed63492d0e2a18d75e7e72ccbb960e25b55d75fc4be3eddffa2",
    (f"{_NPM}/prism-code-editor/-/prism-code-editor-{PRISM_CODE_EDITOR_VERSION}.tgz",),
)
"""The package of the library in which programs are changed."""

PYODIDE = (
    _core("pyodide.mjs", "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5"),
    _core("pyodide.asm.mjs", "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d"),
    _core("pyodide.asm.wasm", "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf"),
    _core("python_stdlib.zip", "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4"),
    _package(
        "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
        "0cad9c1b91f0082e4f959bc0e0bf5835a2efbba6ab3b1e9d1fe6e7e564cca98e",
    ),
)
"""Python for browsers, with NumPy."""
