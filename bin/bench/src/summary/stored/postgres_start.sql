DO $$
BEGIN
    SET session_replication_role = replica;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;
