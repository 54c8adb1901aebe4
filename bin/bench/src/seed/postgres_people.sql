INSERT INTO users (id, display_name, password_hash, is_owner, created_at, updated_at)
SELECT ('0198c5a0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Person ' || n, password_hash, false,
       created_at, updated_at
FROM users, generate_series({first}, {last}) AS n
WHERE id = '{user}';

INSERT INTO user_emails (id, user_id, email, email_key, is_default, verified_at, created_at)
SELECT id, id, 'person-' || n || '@example.com', 'person-' || n || '@example.com', true, created_at, created_at
FROM generate_series({first}, {last}) AS n
JOIN users ON id = ('0198c5a0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
