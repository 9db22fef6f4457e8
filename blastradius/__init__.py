"""Which critical journeys break when a region, vendor or service goes away, when and why."""
