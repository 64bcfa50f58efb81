"""The sandbox as a process: `manage.py sandbox`, or `python -m quo_admin.sandbox`.

The second way needs no settings and no Django.
"""

import argparse
import contextlib
import sys
from pathlib import Path

from quo_admin.sandbox.server import Sandbox
from quo_admin.sandbox.shapes import SHAPES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, required=True, help="0 chooses a free port")
    parser.add_argument(
        "--state",
        type=Path,
        default=Path(".demo/sandbox.sqlite3"),
        help="the file for the workspace",
    )
    parser.add_argument(
        "--api-key",
        action="append",
        default=[],
        help="an API key to accept; can be given several times",
    )
    parser.add_argument(
        "--shapes",
        choices=list(SHAPES),
        default="observed",
        help="error responses as observed, or as documented (without a rate limit)",
    )
    parser.add_argument("--control", action="store_true", help="open /_control/, for tests")


def serve(options: argparse.Namespace) -> None:
    """Serve until the process is stopped. The only line printed is the URL."""
    sandbox = Sandbox(
        port=options.port,
        state=options.state,
        api_keys=options.api_key,
        shapes=options.shapes,
        open_control=options.control,
    )
    with contextlib.suppress(KeyboardInterrupt), sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        sandbox.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="sandbox", description="A local Quo on 127.0.0.1.")
    add_arguments(parser)
    serve(parser.parse_args())
