"""Every act that the trail can hold, with its words."""

from django.db import models


class Action(models.TextChoices):
    """The value stands in the database and in the chain for ever; only the words may change."""

    SIGNED_IN = "sign_in.done", "Signed in"
    SIGN_IN_REFUSED = "sign_in.refused", "Sign-in refused"
    SIGNED_OUT = "sign_out.done", "Signed out"
    FRESH_SIGN_IN = "sign_in.fresh", "Confirmed by password"
    PASSWORD_CHANGED = "password.changed", "Password changed"
    PERMISSION_REFUSED = "permission.refused", "Permission refused"

    PERSON_CREATED = "person.created", "Person created"
    PERSON_CHANGED = "person.changed", "Person changed"
    PERSON_DELETED = "person.deleted", "Person deleted"
    GROUP_CREATED = "group.created", "Group created"
    GROUP_CHANGED = "group.changed", "Group changed"
    GROUP_DELETED = "group.deleted", "Group deleted"

    SWEEP_FINISHED = "sweep.finished", "Sweep finished"
    SWEEP_FAILED = "sweep.failed", "Sweep failed"
    NOT_READ = "sweep.not_read", "Not read"
    WEBHOOK_FOUND = "webhook.found", "Found at Quo"
    WEBHOOK_CHANGED = "webhook.changed", "Changed at Quo"
    KEY_DIFFERS = "key.differs", "Key differs at Quo"
    WEBHOOK_GONE = "webhook.gone", "Gone at Quo"
    DRIFT_ACCEPTED = "drift.accepted", "Drift accepted"

    WEBHOOK_CREATED = "webhook.created", "Webhook created"
    WEBHOOK_REFUSED = "webhook.refused", "Webhook refused"
    WEBHOOK_UNKNOWN = "webhook.unknown", "Create, no answer"
    ATTEMPT_ADOPTED = "attempt.adopted", "Attempt adopted"
    ATTEMPT_NOT_CREATED = "attempt.not_created", "Attempt given up"
    ATTEMPT_UNCLEAR = "attempt.unclear", "Attempt left to people"
    KEY_REVEALED = "key.revealed", "Key revealed"
    KEY_COPIED = "key.copied", "Key copied without showing"
    KEY_CHECKED = "key.checked", "Key checked"
    SIGNATURE_CHECKED = "signature.checked", "Signature checked"
    DELETE_BEGUN = "webhook.delete_begun", "Delete begun"
    DELETE_REFUSED = "webhook.delete_refused", "Not deleted"
    DELETE_UNKNOWN = "webhook.delete_unknown", "Delete, no answer"
    WEBHOOK_DELETED = "webhook.deleted", "Webhook deleted"

    BATCH_BEGUN = "batch.begun", "Batch begun"
    BATCH_PAUSED = "batch.paused", "Batch paused"
    BATCH_WENT_ON = "batch.went_on", "Batch went on"
    BATCH_STOPPED = "batch.stopped", "Batch stopped"
    BATCH_ENDED = "batch.ended", "Batch ended"
    NUMBER_NOTED = "number.noted", "App-made webhook noted"
    NOTE_ENDED = "number.note_ended", "Note taken back"
    KEYS_HANDED_OVER = "key.handed_over", "Key handed over"

    FINDING_ACKNOWLEDGED = "finding.acknowledged", "Finding acknowledged"
    FINDING_REOPENED = "finding.reopened", "Acknowledgement taken back"
    EXPORTED = "list.exported", "Exported"
    TRAIL_VERIFIED = "trail.verified", "Trail verified"


# How an act is marked on a page; what is not named here is ordinary and has no mark.
MARKS = {
    Action.SIGN_IN_REFUSED: "bad",
    Action.PERMISSION_REFUSED: "bad",
    Action.SWEEP_FAILED: "bad",
    Action.NOT_READ: "stale",
    Action.WEBHOOK_CHANGED: "warn",
    Action.KEY_DIFFERS: "warn",
    Action.WEBHOOK_GONE: "gone",
    Action.WEBHOOK_REFUSED: "bad",
    Action.WEBHOOK_UNKNOWN: "unk",
    Action.DELETE_REFUSED: "bad",
    Action.DELETE_UNKNOWN: "unk",
    Action.WEBHOOK_DELETED: "gone",
}
