-- What a workspace spent of late, for those who ask how long its credits last.
CREATE INDEX credit_transactions_workspace_id_created_at_idx ON credit_transactions (workspace_id, created_at);
