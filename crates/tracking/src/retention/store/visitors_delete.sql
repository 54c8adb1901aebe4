-- Deletes some visitors of days before one.
DELETE FROM tracking_visitors
WHERE (domain_id, visitor) IN (SELECT domain_id, visitor FROM tracking_visitors WHERE day < $1 LIMIT $2)
