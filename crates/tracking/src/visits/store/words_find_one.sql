-- The number of one word. SQLite alone.
SELECT id, domain_id, word FROM tracking_words WHERE domain_id = ? AND word = ?
