//! What the changes of accounts tell.

mainstay_kernel::event_types! {
    USER_CREATED = "user.created", "A person has an account.";
    USER_UPDATED = "user.updated", "A person changed their names or username.";
    USER_DELETED = "user.deleted", "A person deleted their account.";
    USER_EMAIL_ADDED = "user.email_added", "A person added an email, which is not proven yet.";
    USER_EMAIL_VERIFIED = "user.email_verified", "A person proved an email.";
    USER_EMAIL_REMOVED = "user.email_removed", "A person removed an email.";
    USER_DEFAULT_EMAIL_CHANGED = "user.default_email_changed", "Mail to a person goes to another email.";
    USER_PASSWORD_CHANGED = "user.password_changed", "A person changed their password, or set a new one by link.";
    USER_NEW_DEVICE = "user.new_device", "A person logged in on a device that was not seen before.";
    USER_SECOND_FACTOR_ENABLED = "user.second_factor_enabled", "A person turned the second factor on.";
    USER_SECOND_FACTOR_DISABLED = "user.second_factor_disabled", "A person turned the second factor off.";
    USER_RECOVERY_CODES_RENEWED = "user.recovery_codes_renewed", "A person drew new recovery codes.";
    USER_RECOVERY_CODE_USED = "user.recovery_code_used", "A recovery code was used in place of the second factor.";
    OAUTH_CLIENT_CREATED = "oauth_client.created", "An application was registered that people can log in to.";
    OAUTH_CLIENT_UPDATED = "oauth_client.updated", "An application's name or addresses changed.";
    OAUTH_CLIENT_DELETED = "oauth_client.deleted", "An application was deleted; nobody is logged in to it any more.";
    OAUTH_CLIENT_SECRET_ROTATED = "oauth_client.secret_rotated", "An application got another secret.";
    OAUTH_GRANT_GIVEN = "oauth_grant.given", "A person allowed an application something for the first time.";
    OAUTH_GRANT_REVOKED = "oauth_grant.revoked", "A person took back what they had allowed an application.";
    SESSION_REVOKED = "session.revoked", "A session was ended before its time.";
}
