ALTER TABLE hosting_deployments DROP COLUMN skip_reason;
DROP TABLE hosting_hook_deliveries;
DROP TABLE hosting_hooks;
