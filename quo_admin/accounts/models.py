"""No models of ours: people and groups are Django's.

The file is needed all the same: Django sends ``post_migrate``, which creates the groups, only to
apps with a models module.
"""
