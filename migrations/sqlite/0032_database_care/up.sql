-- What a database has beside its engine, when it is backed up by itself, and how full it may be and is.
ALTER TABLE hosting_databases ADD COLUMN extensions TEXT NOT NULL DEFAULT '';
ALTER TABLE hosting_databases ADD COLUMN backup_cron TEXT;
ALTER TABLE hosting_databases ADD COLUMN backup_keep INTEGER;
ALTER TABLE hosting_databases ADD COLUMN next_backup_at INTEGER;
ALTER TABLE hosting_databases ADD COLUMN max_size_mb INTEGER;
ALTER TABLE hosting_databases ADD COLUMN size_bytes INTEGER;
ALTER TABLE hosting_databases ADD COLUMN sized_at INTEGER;
ALTER TABLE hosting_databases ADD COLUMN fullness TEXT NOT NULL DEFAULT 'WITHIN';
CREATE INDEX hosting_databases_next_backup_at_idx ON hosting_databases (next_backup_at) WHERE next_backup_at IS NOT NULL;

-- Who had a backup made.
ALTER TABLE hosting_database_backups ADD COLUMN origin TEXT NOT NULL DEFAULT 'API';
