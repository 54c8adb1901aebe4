ALTER TABLE hosting_sites DROP COLUMN repository_token;
