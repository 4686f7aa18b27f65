-- Whether pushes are delivered to a service of the operator, as the process of the pool `deliveries` that was started last
-- has recorded; no row before the first one. Without it, only users with subscribed browsers get pushes.
CREATE TABLE push_service (
    is_only     boolean PRIMARY KEY DEFAULT true CONSTRAINT push_service_once CHECK (is_only),
    is_set      boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
