DROP TABLE hosting_database_backups;
DROP TABLE hosting_database_sites;
DROP TABLE hosting_databases;
