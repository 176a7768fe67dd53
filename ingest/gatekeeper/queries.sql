-- name: listen
-- Hear of wristbands provisioned, revoked and archived; the payload is the device id.
LISTEN yinling_wristbands

-- name: wristbands_by_id
-- Digests of the named wristbands; null where one is not in service.
SELECT device_id,
       CASE WHEN revoked_at IS NULL AND archived_at IS NULL THEN password_sha256 END
  FROM wristband
 WHERE device_id = ANY(%(device_ids)s)

-- name: wristbands_after
-- One page of all wristbands, by key; the digest is null where one is not in service.
SELECT device_id,
       CASE WHEN revoked_at IS NULL AND archived_at IS NULL THEN password_sha256 END,
       key
  FROM wristband
 WHERE key > %(after)s
 ORDER BY key
 LIMIT %(most)s

-- name: beat
-- Tell that the gatekeeper is alive.
INSERT INTO service_heartbeat (service, at)
VALUES ('gatekeeper', %(now)s)
ON CONFLICT (service) DO UPDATE SET at = excluded.at
