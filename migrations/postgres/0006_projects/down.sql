DROP TABLE invites;
DROP TABLE project_member_permissions;
DROP TABLE project_permissions;
DROP TABLE project_members;
DROP TABLE projects;
