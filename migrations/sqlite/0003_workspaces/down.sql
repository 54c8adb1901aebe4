DROP TABLE memberships;
DROP TABLE workspaces;
