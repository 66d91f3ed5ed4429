"""Serve the site on this machine, and rebuild it whenever a file changes.

python3 scripts/serve.py [--port PORT]
"""

import argparse
import os
import socket
import subprocess
import sys

import environment


def main() -> int:
    """Read the command line, prepare the environment, and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the site with live reload.")
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000)")
    port = parser.parse_args().port
    _need_free(port)
    environment.enter("site")
    address = f"http://127.0.0.1:{port}/"
    print(f"Building the site. When it is ready, open {address} (Ctrl-C stops).", flush=True)
    # The option --livereload is the default, but some releases of click lose defaults of this kind.
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}"]
    variables = os.environ | {"SITE_URL": address, "NO_MKDOCS_2_WARNING": "1"}
    try:
        return subprocess.call(command, cwd=environment.ROOT, env=variables)
    except KeyboardInterrupt:
        return 0


def _need_free(port: int) -> None:
    """End the program when nothing can listen on the port."""
    try:
        with socket.socket() as probe:
            if os.name == "posix":  # a port that was closed a moment ago is free
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        sys.exit(
            f"Port {port} cannot be used: {error}.\n"
            "If another preview is running, stop it or use its address. Otherwise choose another "
            "port, for example: python3 scripts/serve.py --port 8001"
        )


if __name__ == "__main__":
    sys.exit(main())
