DROP TABLE throttles;
DROP TABLE devices;
