-- What the command line itself asks of the database.

-- name: service_ready
-- Whether a service has said that it lives since it was started.
SELECT 1 FROM service_heartbeat WHERE service = %(service)s AND at >= %(since)s

-- name: add_audit
-- A change made on the command line, by whoever may run it on this machine.
INSERT INTO audit_log (id, at, actor_name, action, object_type, object_id, senior_id)
VALUES (%(id)s, %(now)s, 'command line', %(action)s, %(object_type)s, %(object_id)s,
        %(senior_id)s)

-- name: wristband_known
SELECT key FROM wristband WHERE device_id = %(device_id)s

-- name: worn
-- Who wore a wristband from when to when, newest first.
SELECT binding.id, binding.senior_id, senior.name AS senior,
       binding.starts_at AS from, binding.ends_at AS to, binding.ended_as,
       binding.end_reason AS reason
FROM binding JOIN wristband ON wristband.key = binding.wristband_key
JOIN senior ON senior.id = binding.senior_id
WHERE wristband.device_id = %(device_id)s
ORDER BY binding.starts_at DESC, binding.id DESC
