"""Serve the book on this machine; build it first if its sources changed.

The address is http://localhost:8000, or the next free port; Ctrl-C ends it.
"""

import socket
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from build_book import HTML, build, is_fresh, is_whole

FIRST_PORT, LAST_PORT = 8000, 8099


class Handler(SimpleHTTPRequestHandler):
    """Serves the book's files; prints only what fails, and lets browsers cache nothing."""

    def end_headers(self) -> None:
        """Add a header, so that the next reload shows the next build."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing about a request that was answered."""


def open_server(first: int = FIRST_PORT, last: int = LAST_PORT) -> ThreadingHTTPServer:
    """Server on the first free port from `first` to `last`, for this machine only.

    Raises:
        OSError: every one of these ports is taken.
    """
    handler = partial(Handler, directory=str(HTML))
    for port in range(first, last + 1):
        with socket.socket() as probe:  # macOS lets two servers share a port: ask first
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise OSError(f"ports {first} to {last} are all taken; stop another server first")


def main() -> int:
    """Build if needed, serve until Ctrl-C; return the exit status."""
    try:
        if not is_fresh() and not build():
            if not is_whole():
                print("\nThe book could not be built: see above.", file=sys.stderr)
                return 1
            print("\nThe build gave warnings (see above). Serving what it made.")
        with open_server() as server:
            print(f"\nThe book is at http://localhost:{server.server_port}  (Ctrl-C ends this)")
            sys.stdout.flush()
            server.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")
    except OSError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
