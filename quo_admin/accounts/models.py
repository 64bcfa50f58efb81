"""No model of ours: people and groups are Django's.

The file must be here all the same. Only an app with a models module is told that a migrate has
ended, and that is when the groups are made.
"""
