DROP TABLE catalogue_plans;
DROP TABLE catalogue_features;
DROP TABLE catalogue;
