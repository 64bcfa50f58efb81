"""The fixed texts of the signature debugger: one for each mistake and each header fault."""

from quo_admin.quo.signature_mistakes import Mistake
from quo_admin.quo.signatures import Kind

# What the endpoint did wrong, and what to do instead
MISTAKES = {
    Mistake.KEY_AS_TEXT: (
        "The endpoint used the key as text, not its decoded bytes.",
        "Decode the key from base64 first, and use the 32 bytes as the HMAC-SHA256 key.",
    ),
    Mistake.KEY_AS_LATIN1: (
        "The endpoint decoded the key into text (latin1) instead of bytes.",
        "In Node, pass Buffer.from(key, 'base64') to createHmac without .toString('binary'). The "
        "sample in Quo’s documentation has this error.",
    ),
    Mistake.TIME_IN_SECONDS: (
        "The timestamp in the header is in seconds. Quo sends milliseconds.",
        "Quo did not send this header. Find out what created it. Seconds that are read as "
        "milliseconds give a date in 1970, and the delivery is rejected as too old.",
    ),
    Mistake.SIGNED_SECONDS: (
        "The timestamp was converted to seconds before signing.",
        "Sign the timestamp exactly as it is in the header.",
    ),
    Mistake.SIGNED_NO_TIME: (
        "Only the body was signed, without the timestamp.",
        "Sign the timestamp, a full stop and the body, joined in this order.",
    ),
    Mistake.BODY_COMPACT: (
        "The body was parsed and serialized again: the signature matches its compact form.",
        "Use the raw bytes of the request, before anything parses them. JSON that is parsed and "
        "serialized again has different spaces.",
    ),
    Mistake.BODY_ASCII: (
        "The body was parsed and serialized again, compact and with \\u escapes.",
        "Use the raw bytes of the request, before anything parses them.",
    ),
    Mistake.BODY_PHP: (
        "The body was serialized again by PHP’s json_encode, with \\/ and \\u escapes.",
        "Use the raw bytes, file_get_contents('php://input'), before anything parses them.",
    ),
    Mistake.BODY_SPACED: (
        "The body was serialized again by Python’s json.dumps, with spaces after , and :.",
        "Use the raw bytes (request.body, request.data), before anything parses them.",
    ),
    Mistake.BODY_PRETTY: (
        "The body was parsed and serialized again: the signature matches its indented form.",
        "Use the raw bytes of the request, before anything parses them.",
    ),
}

# What is wrong with the header: title, text for staff, text for their developer
HEADER_FAULTS = {
    Kind.NO_HEADER: (
        "No signature",
        "The header openphone-signature is missing, so the sender cannot be verified. Quo signs "
        "every delivery. Somebody else sent this one, or a proxy removed the header.",
        "Check whether a proxy drops unknown headers. Reject deliveries without the header.",
    ),
    Kind.NEWER_SYSTEM: (
        "Signature of Quo’s newer webhook system",
        "The signature is in the Standard Webhooks format (webhook-signature, whsec_). Quo signs "
        "deliveries of v1 webhooks differently, so no key in Quo Admin can match.",
        "Find out who created a webhook of the newer system for this endpoint. For v1, verify the "
        "header openphone-signature. Standard Webhooks libraries cannot verify it.",
    ),
    Kind.UNREADABLE: (
        "The header is not valid",
        "It should be hmac;1; then a timestamp of 13 digits, then ; and the signature. Copy the "
        "complete value again.",
        "Log the value of openphone-signature exactly as received.",
    ),
    Kind.OTHER_SCHEME: (
        "The header has a scheme other than hmac",
        "Headers from Quo begin with hmac;1;. Copy the value again. If it is right, Quo did not "
        "send this delivery.",
        "Reject every scheme other than hmac.",
    ),
    Kind.OTHER_VERSION: (
        "The header has a version other than 1",
        "Headers from Quo begin with hmac;1;. Copy the value again. If it is right, Quo changed "
        "its signatures, or somebody else sent this delivery.",
        "Reject every version other than 1.",
    ),
}
