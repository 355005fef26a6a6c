-- What is old is found without reading what is not.

CREATE INDEX deliveries_age ON deliveries (received_at);
CREATE INDEX deliveries_body_age ON deliveries (received_at) WHERE body IS NOT NULL;
CREATE INDEX delivery_refs_seq ON delivery_refs (seq);
CREATE INDEX photos_dropped ON photos (dropped_at) WHERE dropped_at IS NOT NULL;
CREATE INDEX outbox_event ON outbox (event_seq);
CREATE INDEX outbox_delivered ON outbox (settled_at) WHERE state = 'delivered';
