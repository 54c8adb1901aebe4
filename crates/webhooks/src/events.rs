//! What this domain itself tells of.

use mainstay_kernel::event_types;

event_types! {
    ENDPOINT_CREATED = "webhook_endpoint.created", "A webhook endpoint was made.";
    ENDPOINT_UPDATED = "webhook_endpoint.updated", "A webhook endpoint was changed.";
    ENDPOINT_DELETED = "webhook_endpoint.deleted", "A webhook endpoint was deleted.";
    ENDPOINT_DISABLED = "webhook_endpoint.disabled", "A webhook endpoint was turned off because of how it answered.";
    SECRET_ROTATED = "webhook_endpoint.secret_rotated", "A webhook endpoint was given another secret.";
}
