DROP TABLE hosting_domains;
