-- What a database has beside its engine, when it is backed up by itself, and how full it may be and is.
ALTER TABLE hosting_databases ADD COLUMN extensions text NOT NULL DEFAULT '';
ALTER TABLE hosting_databases ADD COLUMN backup_cron text;
ALTER TABLE hosting_databases ADD COLUMN backup_keep bigint;
ALTER TABLE hosting_databases ADD COLUMN next_backup_at timestamptz;
ALTER TABLE hosting_databases ADD COLUMN max_size_mb bigint;
ALTER TABLE hosting_databases ADD COLUMN size_bytes bigint;
ALTER TABLE hosting_databases ADD COLUMN sized_at timestamptz;
ALTER TABLE hosting_databases ADD COLUMN fullness text NOT NULL DEFAULT 'WITHIN';
CREATE INDEX hosting_databases_next_backup_at_idx ON hosting_databases (next_backup_at) WHERE next_backup_at IS NOT NULL;

-- Who had a backup made.
ALTER TABLE hosting_database_backups ADD COLUMN origin text NOT NULL DEFAULT 'API';
