//! What the changes of keys tell.

mainstay_kernel::event_types! {
    CREATED = "api_key.created", "An API key was made.";
    ROTATED = "api_key.rotated", "A new API key took the place of another, which works on until its grace is over.";
    REVOKED = "api_key.revoked", "An API key was revoked, or its grace after a rotation ended.";
}
