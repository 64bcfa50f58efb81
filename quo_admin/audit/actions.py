"""Every action that the audit log can record, with its label."""

from django.db import models


class Action(models.TextChoices):
    """The value is stored in the database and in the chain and must not change. The label may."""

    SIGNED_IN = "sign_in.done", "Signed in"
    SIGN_IN_FAILED = "sign_in.failed", "Sign-in failed"
    SIGNED_OUT = "sign_out.done", "Signed out"
    FRESH_SIGN_IN = "sign_in.fresh", "Identity confirmed"
    PASSWORD_CHANGED = "password.changed", "Password changed"
    PERMISSION_DENIED = "permission.denied", "Permission denied"

    PERSON_CREATED = "person.created", "Person created"
    PERSON_CHANGED = "person.changed", "Person changed"
    PERSON_DELETED = "person.deleted", "Person deleted"
    GROUP_CREATED = "group.created", "Group created"
    GROUP_CHANGED = "group.changed", "Group changed"
    GROUP_DELETED = "group.deleted", "Group deleted"

    SYNC_FINISHED = "sync.finished", "Sync finished"
    SYNC_FAILED = "sync.failed", "Sync failed"
    NOT_READ = "sync.not_read", "Sync part failed"
    WEBHOOK_NOT_CREATED_HERE = "webhook.not_created_here", "Not created here"
    WEBHOOK_CHANGED = "webhook.changed", "Changed at Quo"
    KEY_CHANGED = "key.changed", "Key changed at Quo"
    WEBHOOK_MISSING = "webhook.missing", "Missing at Quo"
    DRIFT_ACCEPTED = "drift.accepted", "Drift accepted"

    WEBHOOK_CREATED = "webhook.created", "Webhook created"
    WEBHOOK_REJECTED = "webhook.rejected", "Webhook rejected"
    WEBHOOK_UNKNOWN = "webhook.unknown", "Creation unknown"
    ATTEMPT_FOUND = "attempt.found", "Attempt found"
    ATTEMPT_NOT_CREATED = "attempt.not_created", "Attempt not created"
    ATTEMPT_UNCLEAR = "attempt.unclear", "Attempt needs a decision"
    KEY_REVEALED = "key.revealed", "Key revealed"
    KEY_COPIED = "key.copied", "Key copied without showing"
    KEYS_ROTATED = "key.sealed_again", "Stored keys encrypted again"
    KEY_CHECKED = "key.checked", "Key checked"
    SIGNATURE_CHECKED = "signature.checked", "Signature checked"
    DELETE_STARTED = "webhook.delete_started", "Deletion started"
    DELETE_REFUSED = "webhook.delete_refused", "Not deleted"
    DELETE_UNKNOWN = "webhook.delete_unknown", "Deletion unknown"
    WEBHOOK_DELETED = "webhook.deleted", "Webhook deleted"

    BATCH_STARTED = "batch.started", "Batch started"
    BATCH_PAUSED = "batch.paused", "Batch paused"
    BATCH_RESUMED = "batch.resumed", "Batch resumed"
    BATCH_STOPPED = "batch.stopped", "Batch stopped"
    BATCH_FINISHED = "batch.finished", "Batch finished"
    NUMBER_NOTED = "number.noted", "Note added"
    NOTE_ENDED = "number.note_ended", "Note removed"
    KEYS_HANDED_OVER = "key.handed_over", "Key handed over"

    FINDING_ACKNOWLEDGED = "finding.acknowledged", "Finding snoozed"
    FINDING_REOPENED = "finding.reopened", "Finding reopened"
    EXPORTED = "list.exported", "Exported"
    AUDIT_LOG_VERIFIED = "audit_log.verified", "Audit log verified"


# The marks of actions on pages. Ordinary actions have none.
MARKS = {
    Action.SIGN_IN_FAILED: "bad",
    Action.PERMISSION_DENIED: "bad",
    Action.SYNC_FAILED: "bad",
    Action.NOT_READ: "stale",
    Action.WEBHOOK_CHANGED: "warn",
    Action.KEY_CHANGED: "warn",
    Action.WEBHOOK_MISSING: "gone",
    Action.WEBHOOK_REJECTED: "bad",
    Action.WEBHOOK_UNKNOWN: "unk",
    Action.DELETE_REFUSED: "bad",
    Action.DELETE_UNKNOWN: "unk",
    Action.WEBHOOK_DELETED: "gone",
}
