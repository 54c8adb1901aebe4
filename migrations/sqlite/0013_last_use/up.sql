-- A session is used between its refreshes; these alone decide how long it lives.
ALTER TABLE sessions ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_used_at = refreshed_at;
