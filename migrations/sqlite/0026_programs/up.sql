-- Programs that are kept running: how they fare, and what runs them.
ALTER TABLE hosting_sites ADD COLUMN condition TEXT;
ALTER TABLE hosting_sites ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE hosting_sites ADD COLUMN restart_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hosting_sites ADD COLUMN last_exit TEXT;
ALTER TABLE hosting_deployments ADD COLUMN program TEXT;

-- A program has two phases more.
DROP INDEX hosting_deployments_site_id_key;
CREATE UNIQUE INDEX hosting_deployments_site_id_key ON hosting_deployments (site_id)
    WHERE status IN ('CLONING', 'BUILDING', 'STARTING', 'HEALTH_CHECK', 'SWITCHING');
