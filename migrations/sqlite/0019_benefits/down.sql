DROP TABLE boosts;
DROP TABLE billing_anchors;
