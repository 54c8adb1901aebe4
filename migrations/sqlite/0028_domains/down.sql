DROP TABLE hosting_acme_accounts;
DROP TABLE hosting_domains;
