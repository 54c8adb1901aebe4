-- Writes how far one visit has come. SQLite alone.
UPDATE tracking_visits SET last_at = ?, hits = ?, views = ?, events = ?, exit_page = ? WHERE id = ?
