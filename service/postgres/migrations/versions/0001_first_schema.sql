-- The first schema. A released migration is never edited: later ones change what it made.

CREATE TABLE organizations (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    default_project_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_number_key UNIQUE (number)
);

CREATE TABLE users (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    email TEXT NOT NULL,
    subject TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_number_key UNIQUE (number),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_subject_key UNIQUE (subject)
);

COMMENT ON COLUMN users.subject IS 'The `sub` of tokens, when it isn''t the id.';

CREATE TABLE api_keys (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_sha256 BYTEA NOT NULL,
    scopes TEXT[] DEFAULT '{}' NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    rotated_from_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id),
    CONSTRAINT api_keys_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT api_keys_secret_sha256_key UNIQUE (secret_sha256)
);

CREATE INDEX api_keys_organization_id_id_idx ON api_keys (organization_id, id DESC);

CREATE TABLE event_heads (
    organization_id UUID NOT NULL,
    last_sequence BIGINT NOT NULL,
    CONSTRAINT event_heads_pkey PRIMARY KEY (organization_id),
    CONSTRAINT event_heads_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE TABLE events (
    organization_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    id UUID NOT NULL,
    type TEXT NOT NULL,
    file_id UUID,
    user_id UUID,
    payload JSONB NOT NULL,
    confirmation BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (organization_id, sequence),
    CONSTRAINT events_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE UNIQUE INDEX events_confirmation_key ON events (organization_id, file_id) WHERE confirmation;

CREATE INDEX events_file_idx ON events (organization_id, file_id, sequence);

CREATE TABLE facilities (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    country TEXT NOT NULL,
    address TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT facilities_pkey PRIMARY KEY (id),
    CONSTRAINT facilities_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT facilities_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE TABLE file_counts (
    organization_id UUID NOT NULL,
    status TEXT NOT NULL,
    slot SMALLINT NOT NULL,
    count BIGINT NOT NULL,
    CONSTRAINT file_counts_pkey PRIMARY KEY (organization_id, status, slot),
    CONSTRAINT file_counts_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

COMMENT ON COLUMN file_counts.slot IS 'Spreads concurrent writers over rows; the sum is the count.';

CREATE TABLE folders (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    parent_id UUID,
    name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT folders_pkey PRIMARY KEY (id),
    CONSTRAINT folders_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT folders_organization_id_parent_id_fkey FOREIGN KEY(organization_id, parent_id) REFERENCES folders (organization_id, id),
    CONSTRAINT folders_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE UNIQUE INDEX folders_name_key ON folders (organization_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'::uuid), name);

CREATE TABLE idempotency_keys (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    key TEXT NOT NULL,
    method TEXT NOT NULL,
    fingerprint BYTEA,
    answer BYTEA,
    failed BOOLEAN DEFAULT false NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, user_id, key),
    CONSTRAINT idempotency_keys_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (organization_id, created_at);

COMMENT ON COLUMN idempotency_keys.fingerprint IS 'The SHA-256 of the request; null until it is known.';

COMMENT ON COLUMN idempotency_keys.answer IS 'The first answer; null while the first call runs.';

CREATE TABLE members (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    name TEXT,
    role TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (organization_id, user_id),
    CONSTRAINT members_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id),
    CONSTRAINT members_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX members_user_id_idx ON members (user_id);

COMMENT ON COLUMN members.name IS 'What this organization calls the user; others don''t learn of it.';

CREATE TABLE projects (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT projects_pkey PRIMARY KEY (id),
    CONSTRAINT projects_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT projects_organization_id_name_key UNIQUE (organization_id, name),
    CONSTRAINT projects_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE TABLE suppliers (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    tax_id TEXT,
    country TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT suppliers_pkey PRIMARY KEY (id),
    CONSTRAINT suppliers_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT suppliers_organization_id_tax_id_key UNIQUE (organization_id, tax_id),
    CONSTRAINT suppliers_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE TABLE files (
    id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    organization_id UUID NOT NULL,
    folder_id UUID,
    file_name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_kb BIGINT NOT NULL,
    size_bytes BIGINT,
    status TEXT NOT NULL,
    status_before_deletion TEXT,
    type TEXT DEFAULT 'FILE' NOT NULL,
    source_file_id UUID,
    object_key TEXT NOT NULL,
    object_key_taken BOOLEAN DEFAULT false NOT NULL,
    incoming_key TEXT,
    etag TEXT,
    checksum_sha256 BYTEA,
    page_count INTEGER,
    category TEXT,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    linked BOOLEAN DEFAULT false NOT NULL,
    processing_status TEXT DEFAULT 'pending' NOT NULL,
    processing_track TEXT DEFAULT 'DEFAULT' NOT NULL,
    error_code TEXT,
    error_message TEXT,
    channel TEXT,
    external_file_id TEXT,
    metadata JSONB DEFAULT '{}' NOT NULL,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    deleted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT files_pkey PRIMARY KEY (id),
    CONSTRAINT files_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT files_organization_id_folder_id_fkey FOREIGN KEY(organization_id, folder_id) REFERENCES folders (organization_id, id),
    CONSTRAINT files_organization_id_source_file_id_fkey FOREIGN KEY(organization_id, source_file_id) REFERENCES files (organization_id, id),
    CONSTRAINT files_number_key UNIQUE (number),
    CONSTRAINT files_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX files_category_idx ON files (organization_id, category, id DESC) WHERE type = 'FILE' AND category IS NOT NULL;

CREATE INDEX files_folder_idx ON files (organization_id, folder_id, status, id DESC) WHERE type = 'FILE';

CREATE INDEX files_listing_idx ON files (organization_id, id DESC) WHERE type = 'FILE' AND status <> 'deleted';

CREATE INDEX files_source_idx ON files (source_file_id) WHERE source_file_id IS NOT NULL;

CREATE INDEX files_status_idx ON files (organization_id, status, id DESC) WHERE type = 'FILE';

COMMENT ON COLUMN files.search_name IS 'The name, NFC and case-folded.';

COMMENT ON COLUMN files.object_key IS 'The immutable key of the confirmed bytes.';

COMMENT ON COLUMN files.incoming_key IS 'Where a presigned upload puts its bytes.';

CREATE TABLE file_projects (
    organization_id UUID NOT NULL,
    file_id UUID NOT NULL,
    project_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT file_projects_pkey PRIMARY KEY (file_id, project_id),
    CONSTRAINT file_projects_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT file_projects_organization_id_project_id_fkey FOREIGN KEY(organization_id, project_id) REFERENCES projects (organization_id, id),
    CONSTRAINT file_projects_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX file_projects_project_idx ON file_projects (organization_id, project_id, file_id DESC);

CREATE TABLE processing_runs (
    organization_id UUID NOT NULL,
    file_id UUID NOT NULL,
    stage TEXT NOT NULL,
    checkpoint JSONB NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT processing_runs_pkey PRIMARY KEY (file_id),
    CONSTRAINT processing_runs_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT processing_runs_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

COMMENT ON COLUMN processing_runs.stage IS 'The last stage that is done.';

COMMENT ON COLUMN processing_runs.checkpoint IS 'What the done stages found.';

CREATE TABLE readings (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    file_id UUID NOT NULL,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    category_confidence DOUBLE PRECISION,
    machine_items JSONB DEFAULT '[]' NOT NULL,
    person_items JSONB,
    evidence JSONB DEFAULT '[]' NOT NULL,
    checks JSONB DEFAULT '[]' NOT NULL,
    corrected_by UUID,
    corrected_at TIMESTAMP WITH TIME ZONE,
    error_code TEXT,
    error_message TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT readings_pkey PRIMARY KEY (id),
    CONSTRAINT readings_organization_id_file_id_key UNIQUE (organization_id, file_id),
    CONSTRAINT readings_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT readings_organization_id_file_id_fkey FOREIGN KEY(organization_id, file_id) REFERENCES files (organization_id, id),
    CONSTRAINT readings_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

COMMENT ON COLUMN readings.person_items IS 'What a person wrote; null until one did.';

CREATE TABLE invoices (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    reading_id UUID NOT NULL,
    file_id UUID NOT NULL,
    item INTEGER NOT NULL,
    facility_id UUID NOT NULL,
    percentage NUMERIC NOT NULL,
    base_quantity NUMERIC,
    quantity NUMERIC,
    unit TEXT,
    start_date DATE,
    end_date DATE,
    status TEXT DEFAULT 'active' NOT NULL,
    project_id UUID,
    uploaded_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    type TEXT NOT NULL,
    invoice_number TEXT,
    supplier_id UUID,
    cups TEXT,
    source_invoice_id UUID,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_reading_id_item_facility_id_key UNIQUE (reading_id, item, facility_id),
    CONSTRAINT invoices_organization_id_reading_id_fkey FOREIGN KEY(organization_id, reading_id) REFERENCES readings (organization_id, id),
    CONSTRAINT invoices_organization_id_facility_id_fkey FOREIGN KEY(organization_id, facility_id) REFERENCES facilities (organization_id, id),
    CONSTRAINT invoices_organization_id_project_id_fkey FOREIGN KEY(organization_id, project_id) REFERENCES projects (organization_id, id),
    CONSTRAINT invoices_organization_id_supplier_id_fkey FOREIGN KEY(organization_id, supplier_id) REFERENCES suppliers (organization_id, id),
    CONSTRAINT invoices_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX invoices_file_idx ON invoices (organization_id, file_id);

CREATE INDEX invoices_listing_idx ON invoices (organization_id, id DESC);

CREATE TABLE wastes (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    reading_id UUID NOT NULL,
    file_id UUID NOT NULL,
    item INTEGER NOT NULL,
    facility_id UUID NOT NULL,
    percentage NUMERIC NOT NULL,
    base_quantity NUMERIC,
    quantity NUMERIC,
    unit TEXT,
    start_date DATE,
    end_date DATE,
    status TEXT DEFAULT 'active' NOT NULL,
    project_id UUID,
    uploaded_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    identification_name TEXT,
    description TEXT,
    destination TEXT,
    total_km_to_waste_center NUMERIC,
    low_code TEXT,
    rd_code TEXT,
    CONSTRAINT wastes_pkey PRIMARY KEY (id),
    CONSTRAINT wastes_reading_id_item_facility_id_key UNIQUE (reading_id, item, facility_id),
    CONSTRAINT wastes_organization_id_reading_id_fkey FOREIGN KEY(organization_id, reading_id) REFERENCES readings (organization_id, id),
    CONSTRAINT wastes_organization_id_facility_id_fkey FOREIGN KEY(organization_id, facility_id) REFERENCES facilities (organization_id, id),
    CONSTRAINT wastes_organization_id_project_id_fkey FOREIGN KEY(organization_id, project_id) REFERENCES projects (organization_id, id),
    CONSTRAINT wastes_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id)
);

CREATE INDEX wastes_file_idx ON wastes (organization_id, file_id);

CREATE INDEX wastes_listing_idx ON wastes (organization_id, id DESC);
