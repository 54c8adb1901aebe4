-- The numbers of words. PostgreSQL alone.
SELECT known.id, known.domain_id, known.word
FROM tracking_words AS known
JOIN unnest($1, $2) AS wanted (domain_id, word)
    ON known.domain_id = wanted.domain_id AND known.word = wanted.word
