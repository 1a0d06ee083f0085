-- Documents that may be asked for by their hash (GraphQL over HTTP, Persisted Documents). The hash is
-- checked here too: what is found under an id is what was registered under it, whoever wrote the row.
CREATE TABLE kairan.documents (
    city INTEGER NOT NULL,
    id BYTEA NOT NULL,
    text VARCHAR NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT documents_pkey PRIMARY KEY (city, id),
    CONSTRAINT documents_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city),
    CONSTRAINT documents_id_check CHECK (id = sha256(convert_to(text, 'UTF8')))
);
alter table kairan.documents enable row level security;
alter table kairan.documents force row level security;

grant usage on schema kairan, app to kairan_shelf;
grant select, insert, delete on kairan.documents to kairan_shelf;
create policy shelf_reads on kairan.documents for select to kairan_shelf using (true);
create policy shelf_registers on kairan.documents for insert to kairan_shelf
    with check (octet_length(id) = 32);
create policy shelf_removes on kairan.documents for delete to kairan_shelf
    using (octet_length(id) = 32);

-- The server asks for all ids now and then, and for a text once: a name nobody registered costs it
-- no statement.
create function app.registered_ids(p_city integer)
returns setof bytea
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.id from kairan.documents d where d.city = p_city
$$;

create function app.registered_document(p_city integer, p_id bytea)
returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.text from kairan.documents d where d.city = p_city and d.id = p_id
$$;

-- Of whoever migrates alone. True if it was not there yet.
create function app.register_document(p_city integer, p_id bytea, p_text text, p_at timestamptz)
returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with registered as (
        insert into kairan.documents (city, id, text, registered_at)
        values (p_city, p_id, p_text, p_at)
        on conflict (city, id) do nothing
        returning 1
    )
    select exists (select from registered)
$$;

create function app.remove_document(p_city integer, p_id bytea)
returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with removed as (
        delete from kairan.documents d where d.city = p_city and d.id = p_id returning 1
    )
    select exists (select from removed)
$$;

create function app.list_documents(p_city integer)
returns table (id bytea, text text, registered_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.id, d.text, d.registered_at from kairan.documents d
    where d.city = p_city
    order by d.registered_at, d.id
$$;

grant create on schema app to kairan_shelf;
revoke all on function
    app.registered_ids(integer),
    app.registered_document(integer, bytea),
    app.register_document(integer, bytea, text, timestamptz),
    app.remove_document(integer, bytea),
    app.list_documents(integer)
from public;
grant execute on function
    app.registered_ids(integer),
    app.registered_document(integer, bytea)
to kairan_server;
alter function app.registered_ids(integer) owner to kairan_shelf;
alter function app.registered_document(integer, bytea) owner to kairan_shelf;
alter function app.register_document(integer, bytea, text, timestamptz) owner to kairan_shelf;
alter function app.remove_document(integer, bytea) owner to kairan_shelf;
alter function app.list_documents(integer) owner to kairan_shelf;
revoke create on schema app from kairan_shelf;
