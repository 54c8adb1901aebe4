DROP INDEX hosting_deployments_is_counted_finished_at_idx;
ALTER TABLE hosting_deployments DROP COLUMN is_counted;
ALTER TABLE hosting_databases DROP COLUMN stop_reason;
DROP TABLE hosting_debts;
DROP TABLE hosting_runs;
