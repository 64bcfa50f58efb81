"""What apps that keep rows about numbers and members listen to.

Sent in the transaction of the change, with ``ids``: Quo's IDs of what is new, missing or back. None
stands for all of them: a list was read for the first time.
"""

from django.dispatch import Signal

numbers_changed = Signal()
members_changed = Signal()
