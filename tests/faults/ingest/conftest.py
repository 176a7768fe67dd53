from tests.integration.ingest.conftest import mqtt_port, stored, wearers

__all__ = ["mqtt_port", "stored", "wearers"]
