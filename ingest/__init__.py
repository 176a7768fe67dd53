"""From MQTT message to judged, committed row."""
