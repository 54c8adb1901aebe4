-- What opens the repository of a site that is not public, sealed.
ALTER TABLE hosting_sites ADD COLUMN repository_token bytea;
