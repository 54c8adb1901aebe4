DROP TABLE tracking_aims;
