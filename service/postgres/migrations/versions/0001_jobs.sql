-- What the service adds to the tables of its job library.

-- Taking a job looks whether another one of the same file runs or comes first.
CREATE INDEX muniment_jobs_lock_idx ON procrastinate_jobs (lock);

-- Queueing a job looks at the last place that the organization has in the queue.
CREATE INDEX muniment_jobs_organization_idx ON procrastinate_jobs ((args ->> 'organization_id'), priority)
    WHERE status = 'todo';
CREATE INDEX muniment_jobs_file_idx ON procrastinate_jobs ((args ->> 'file_id'));

-- Maintenance goes through the organizations one by one, each in its own scope: it needs their ids, and no more.
CREATE FUNCTION muniment_organization_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
    AS 'SELECT id FROM public.organizations ORDER BY id';
