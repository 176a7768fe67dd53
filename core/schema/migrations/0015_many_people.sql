-- The administrators are found by index among many people.
CREATE INDEX person_admin ON person (id) WHERE role = 'admin';
