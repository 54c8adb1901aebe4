-- Deletes some cells of a domain of days before one. Every dimension is named, so that each is sought and none scanned.
DELETE FROM tracking_cells
WHERE (domain_id, dimension, day, word) IN (
    SELECT domain_id, dimension, day, word
    FROM tracking_cells
    WHERE domain_id = $1
        AND dimension IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
        AND day < $2
    LIMIT $3
)
