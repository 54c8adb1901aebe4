-- Whoever logs in with an address that is yet to be proven is told so.
CREATE INDEX user_emails_claimed_email_key ON user_emails (email_key) WHERE verified_at IS NULL;
