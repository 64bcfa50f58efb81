"""How many calls a second reach Quo when several processes call as fast as they may.

    uv run --group dev python -m tests.bench.rate_limiter --database sqlite:////tmp/slots.sqlite3

Prints what the sandbox counted: the mean, the most in any second, and how many were refused.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from quo_admin.sandbox import server

API_KEY = "bench-api-key"
ROOT = Path(__file__).resolve().parents[2]
CALLER = """
import sys, time, django
django.setup()
from quo_admin.quo import connect
from quo_admin.quo.exceptions import RateLimitWaitTooLong
print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    try:
        connect.client().list_phone_numbers()
    except RateLimitWaitTooLong:
        pass
"""


def main() -> None:
    options = parser().parse_args()
    with server.running(api_keys=[API_KEY]) as quo:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "quo_admin.settings",
            "SECRET_KEY": "bench" * 10,
            "FIELD_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
            "QUO_API_KEY": API_KEY,
            "QUO_API_URL": quo.url,
            "DATABASE_URL": options.database,
        }
        run = {"env": environment, "cwd": ROOT, "text": True, "stderr": subprocess.DEVNULL}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, **run)
        callers = [
            subprocess.Popen(
                [sys.executable, "-c", CALLER, str(options.seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                **run,
            )
            for _ in range(options.processes)
        ]
        for caller in callers:
            caller.stdout.readline()
        for caller in callers:
            caller.stdin.write("go\n")
            caller.stdin.flush()
        for caller in callers:
            caller.wait()
        report(quo.calls.all())


def report(calls: list) -> None:
    times = sorted(call.at for call in calls)
    seconds = times[-1] - times[0]
    most = max(sum(at <= other < at + 1 for other in times) for at in times)
    print(f"calls: {len(calls)} in {seconds:.1f} s, {len(calls) / seconds:.2f} a second")
    print(f"most in any second: {most}")
    print(f"refused with 429: {sum(call.status == 429 for call in calls)}")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="sqlite:////tmp/quo-admin-slots.sqlite3")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    return parser


if __name__ == "__main__":
    main()
