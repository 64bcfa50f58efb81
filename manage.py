#!/usr/bin/env python
"""Django's command line, and `demo`, which needs no settings and so goes before Django."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["demo"]:
        from quo_admin.sandbox import demo

        sys.exit(demo.main(sys.argv[2:]))

    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quo_admin.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
