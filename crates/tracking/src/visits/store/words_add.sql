-- Gives words numbers, unless they have one. PostgreSQL alone.
INSERT INTO tracking_words (domain_id, word)
SELECT wanted.domain_id, wanted.word
FROM unnest($1, $2) AS wanted (domain_id, word)
WHERE NOT EXISTS (
    SELECT 1 FROM tracking_words AS known WHERE known.domain_id = wanted.domain_id AND known.word = wanted.word
)
ON CONFLICT DO NOTHING
