DROP INDEX hosting_deployments_site_id_key;
CREATE UNIQUE INDEX hosting_deployments_site_id_key ON hosting_deployments (site_id)
    WHERE status IN ('CLONING', 'BUILDING', 'SWITCHING');
ALTER TABLE hosting_deployments DROP COLUMN program;
ALTER TABLE hosting_sites DROP COLUMN last_exit;
ALTER TABLE hosting_sites DROP COLUMN restart_count;
ALTER TABLE hosting_sites DROP COLUMN generation;
ALTER TABLE hosting_sites DROP COLUMN condition;
