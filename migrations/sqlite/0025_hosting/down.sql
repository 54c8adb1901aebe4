DROP TABLE hosting_variables;
DROP TABLE hosting_deployments;
DROP TABLE hosting_sites;
