WITH RECURSIVE row (n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM row WHERE n < {last})
INSERT INTO users (id, display_name, password_hash, is_owner, created_at, updated_at)
SELECT unhex(printf('0198c5a0000070008000%012x', n)), 'Person ' || n, password_hash, 0, created_at, updated_at
FROM users, row
WHERE id = unhex(replace('{user}', '-', ''));

WITH RECURSIVE row (n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM row WHERE n < {last})
INSERT INTO user_emails (id, user_id, email, email_key, is_default, verified_at, created_at)
SELECT users.id, users.id, 'person-' || n || '@example.com', 'person-' || n || '@example.com', 1, created_at, created_at
FROM row JOIN users ON users.id = unhex(printf('0198c5a0000070008000%012x', n));
