SET LOCAL lock_timeout = '15s';

CREATE TABLE IF NOT EXISTS lessons (
    organization_id UUID NOT NULL,
    supplier TEXT NOT NULL,
    file_id UUID NOT NULL,
    category TEXT NOT NULL,
    corrected_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    lesson JSONB,
    CONSTRAINT lessons_pkey PRIMARY KEY (organization_id, supplier, file_id),
    CONSTRAINT lessons_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT lessons_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX IF NOT EXISTS lessons_file_idx ON lessons (organization_id, file_id);

COMMENT ON COLUMN lessons.supplier IS 'Who issued the corrected document: `tax:` and the tax number, or `name:` and the name.';
COMMENT ON COLUMN lessons.lesson IS 'Where the right values stood; null until the document was looked at again.';

CREATE TABLE IF NOT EXISTS seen_bills (
    organization_id UUID NOT NULL,
    bill TEXT NOT NULL,
    file_id UUID NOT NULL,
    CONSTRAINT seen_bills_pkey PRIMARY KEY (organization_id, bill, file_id),
    CONSTRAINT seen_bills_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT seen_bills_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX IF NOT EXISTS seen_bills_file_idx ON seen_bills (organization_id, file_id);

COMMENT ON COLUMN seen_bills.bill IS 'Supplier, number and year of a bill that was read from the file.';

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['lessons', 'seen_bills'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS organization ON %I', name);
        EXECUTE format(
            'CREATE POLICY organization ON %I USING (organization_id = (SELECT muniment_organization()))', name);
        EXECUTE format('DROP POLICY IF EXISTS owner ON %I', name);
        EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    END LOOP;
END $$;
