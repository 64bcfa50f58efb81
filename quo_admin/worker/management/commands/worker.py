import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from quo_admin.worker import loop
from quo_admin.worker.jobs import JOBS


class Command(BaseCommand):
    help = "Sync, reconcile and run batches until stopped. Several workers can run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def stop_soon(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, stop_soon)
        signal.signal(signal.SIGINT, stop_soon)
        loop.run(JOBS, stop=stop)
