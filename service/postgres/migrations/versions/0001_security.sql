-- Row-level security: the second of the two locks between organizations. The first is the filter in every query.
-- It is forced, so that it holds for the tables' owner as well; the owner has a policy of its own for maintenance.

CREATE FUNCTION muniment_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('muniment.organization_id', true), '')::uuid;

CREATE FUNCTION muniment_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('muniment.user_id', true), '')::uuid;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'members', 'api_keys', 'folders', 'projects', 'facilities', 'suppliers', 'files', 'file_projects',
        'file_counts', 'event_heads', 'events', 'readings', 'processing_runs', 'invoices', 'wastes',
        'idempotency_keys'
    ] LOOP
        EXECUTE format(
            'CREATE POLICY organization ON %I USING (organization_id = (SELECT muniment_organization()))', name);
    END LOOP;

    FOREACH name IN ARRAY ARRAY[
        'organizations', 'users', 'members', 'api_keys', 'folders', 'projects', 'facilities', 'suppliers', 'files',
        'file_projects', 'file_counts', 'event_heads', 'events', 'readings', 'processing_runs', 'invoices', 'wastes',
        'idempotency_keys'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;

CREATE POLICY organization ON organizations USING (id = (SELECT muniment_organization()));

-- Before there is a scope, a caller proves who it is: a key shows its own row, a user its own memberships.
CREATE POLICY presented ON api_keys FOR SELECT
    USING (secret_sha256 = decode(nullif(current_setting('muniment.api_key_sha256', true), ''), 'hex'));
CREATE POLICY own ON members FOR SELECT USING (user_id = (SELECT muniment_user()));
CREATE POLICY own ON organizations FOR SELECT
    USING (id IN (SELECT organization_id FROM members WHERE user_id = (SELECT muniment_user())));
CREATE POLICY own ON users FOR SELECT
    USING (
        id = (SELECT muniment_user())
        OR subject = nullif(current_setting('muniment.subject', true), '')
        OR email = nullif(current_setting('muniment.email', true), '')
    );
CREATE POLICY fellows ON users FOR SELECT
    USING (id IN (SELECT user_id FROM members WHERE organization_id = (SELECT muniment_organization())));
CREATE POLICY invitation ON users FOR INSERT
    WITH CHECK (email = nullif(current_setting('muniment.email', true), ''));

-- Counts of files by status, kept in the transaction that changes them, so that a total costs the same in an
-- organization of a million files. Writers on different connections use different rows.
CREATE FUNCTION muniment_count_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, status, pg_backend_pid() % 32, count(*)
        FROM new_files WHERE type = 'FILE' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, status, pg_backend_pid() % 32, sum(change)
        FROM (
            SELECT organization_id, status, 1 AS change FROM new_files WHERE type = 'FILE'
            UNION ALL
            SELECT organization_id, status, -1 FROM old_files WHERE type = 'FILE'
        ) AS changes GROUP BY 1, 2 HAVING sum(change) <> 0 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    ELSE
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, status, pg_backend_pid() % 32, -count(*)
        FROM old_files WHERE type = 'FILE' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER files_counted_on_insert AFTER INSERT ON files
    REFERENCING NEW TABLE AS new_files FOR EACH STATEMENT EXECUTE FUNCTION muniment_count_files();
CREATE TRIGGER files_counted_on_update AFTER UPDATE ON files
    REFERENCING NEW TABLE AS new_files OLD TABLE AS old_files FOR EACH STATEMENT EXECUTE FUNCTION muniment_count_files();
CREATE TRIGGER files_counted_on_delete AFTER DELETE ON files
    REFERENCING OLD TABLE AS old_files FOR EACH STATEMENT EXECUTE FUNCTION muniment_count_files();

-- A key that is revoked or a member who leaves is forgotten by every process at once.
CREATE FUNCTION muniment_announce_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('muniment_access', '');
    RETURN NULL;
END $$;

CREATE TRIGGER api_keys_announced AFTER UPDATE OF expires_at, revoked_at, scopes ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION muniment_announce_access();
CREATE TRIGGER members_announced AFTER UPDATE OR DELETE ON members
    FOR EACH STATEMENT EXECUTE FUNCTION muniment_announce_access();
