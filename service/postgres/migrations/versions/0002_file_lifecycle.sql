-- Short, and one transaction: it keeps other users of `files` out for no longer than adding columns takes.
SET LOCAL lock_timeout = '15s';

ALTER TABLE files
    ADD COLUMN IF NOT EXISTS updated_by UUID,
    ADD COLUMN IF NOT EXISTS api_key_id UUID,
    ADD COLUMN IF NOT EXISTS repeated BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN IF NOT EXISTS is_active BOOLEAN DEFAULT true NOT NULL,
    ADD COLUMN IF NOT EXISTS purpose TEXT,
    ADD COLUMN IF NOT EXISTS data_source_id TEXT,
    ADD COLUMN IF NOT EXISTS last_modified_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS resource_info JSONB,
    ADD COLUMN IF NOT EXISTS permission_info JSONB,
    ADD COLUMN IF NOT EXISTS confirm_on_arrival BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN IF NOT EXISTS processed_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS expires_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS expunged_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS bytes_erased_at TIMESTAMP WITH TIME ZONE;

COMMENT ON COLUMN files.updated_by IS 'The user who changed the file last; null until one did.';
COMMENT ON COLUMN files.api_key_id IS 'The API key that made the file.';
COMMENT ON COLUMN files.repeated IS 'Made by a call that repeats one whose answer was lost.';
COMMENT ON COLUMN files.last_modified_at IS 'When the document last changed in the caller''s own system.';
COMMENT ON COLUMN files.confirm_on_arrival IS 'The upload is confirmed as soon as its bytes are there.';
COMMENT ON COLUMN files.processed_at IS 'When the pipeline was done with the file; null while it isn''t.';
COMMENT ON COLUMN files.expunged_at IS 'When the file was deleted for good: the row is a tombstone.';
COMMENT ON COLUMN files.bytes_erased_at IS 'When the store had none of a tombstone''s bytes any more.';

CREATE TABLE IF NOT EXISTS file_links (
    organization_id UUID NOT NULL,
    file_id UUID NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT file_links_pkey PRIMARY KEY (file_id, type, id),
    CONSTRAINT file_links_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT file_links_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX IF NOT EXISTS file_links_target_idx ON file_links (organization_id, type, id, file_id DESC);

COMMENT ON COLUMN file_links.id IS 'Whatever the type''s owner calls it.';

ALTER TABLE file_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_links FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS organization ON file_links;
CREATE POLICY organization ON file_links USING (organization_id = (SELECT muniment_organization()));
DROP POLICY IF EXISTS owner ON file_links;
CREATE POLICY owner ON file_links TO CURRENT_USER USING (true) WITH CHECK (true);

-- Records that were made before are links of their files as well.
INSERT INTO file_links (organization_id, file_id, type, id, role, created_at)
SELECT organization_id, file_id, 'invoice', id::text, 'DOCUMENT', created_at FROM invoices
UNION ALL
SELECT organization_id, file_id, 'waste', id::text, 'DOCUMENT', created_at FROM wastes
ON CONFLICT DO NOTHING;

-- Calls are counted before there is a scope, so this belongs to no organization; what a crash loses is one minute.
CREATE UNLOGGED TABLE IF NOT EXISTS rate_limits (
    subject UUID NOT NULL,
    call_group TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT rate_limits_pkey PRIMARY KEY (subject, call_group)
);

COMMENT ON COLUMN rate_limits.subject IS 'An API key or a user.';
COMMENT ON COLUMN rate_limits.started_at IS 'When the current minute of this caller began.';

-- Inactive files are counted apart, under `inactive` and their status: lists don't show them unless asked to.
COMMENT ON COLUMN file_counts.status IS 'After `inactive ` for files that aren''t active.';

CREATE OR REPLACE FUNCTION muniment_count_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, CASE WHEN is_active THEN status ELSE 'inactive ' || status END,
            pg_backend_pid() % 32, count(*)
        FROM new_files WHERE type = 'FILE' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, CASE WHEN is_active THEN status ELSE 'inactive ' || status END,
            pg_backend_pid() % 32, sum(change)
        FROM (
            SELECT organization_id, status, is_active, 1 AS change FROM new_files WHERE type = 'FILE'
            UNION ALL
            SELECT organization_id, status, is_active, -1 FROM old_files WHERE type = 'FILE'
        ) AS changes GROUP BY 1, 2 HAVING sum(change) <> 0 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    ELSE
        INSERT INTO file_counts AS c (organization_id, status, slot, count)
        SELECT organization_id, CASE WHEN is_active THEN status ELSE 'inactive ' || status END,
            pg_backend_pid() % 32, -count(*)
        FROM old_files WHERE type = 'FILE' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (organization_id, status, slot) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
END $$;

-- Each minute's sweep visits these organizations, each in its own scope, and needs to know of no others.
CREATE OR REPLACE FUNCTION muniment_organizations_with_due_files() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
    AS $$
        SELECT organization_id FROM public.files WHERE expires_at <= now() AND expunged_at IS NULL
        UNION
        SELECT organization_id FROM public.files WHERE expunged_at IS NOT NULL AND bytes_erased_at IS NULL
        UNION
        SELECT organization_id FROM public.files WHERE confirm_on_arrival AND status = 'pending'
    $$;
REVOKE EXECUTE ON FUNCTION muniment_organizations_with_due_files() FROM PUBLIC;
