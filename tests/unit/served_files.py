"""A server on this machine in place of the addresses that sets are downloaded from."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Serves files below /good/, notes what was asked for, and fails below /none/ and /half/.

    Attributes:
        files: their contents, by name.
        asked: the paths that were asked for.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        state = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                state.asked.append(self.path)
                _, mirror, name = self.path.split("/")
                if mirror == "none":
                    self.send_error(404)
                    return
                body = state.files[name]
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if mirror == "half" else body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, mirror: str) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/{mirror}/"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
