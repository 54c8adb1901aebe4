-- Gives one word a number, unless it has one. SQLite alone.
INSERT INTO tracking_words (domain_id, word) VALUES (?, ?) ON CONFLICT DO NOTHING
