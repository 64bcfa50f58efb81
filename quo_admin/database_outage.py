"""What is raised while the database does not respond, or its disk is full.

Such an error says nothing about our code, so it is logged without a traceback.
"""

from django.db import InterfaceError, OperationalError

UNAVAILABLE = (OperationalError, InterfaceError)
