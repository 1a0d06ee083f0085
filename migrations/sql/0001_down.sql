-- Roles stay: they belong to the cluster, and other databases may use them.
-- A function handed to another role can only be dropped by that role or the schema's owner.
drop schema app cascade;
do $$
declare
    name text;
begin
    for name in select tablename from pg_catalog.pg_tables
        where schemaname = 'kairan' and tablename <> 'alembic_version'
            and tablename not like 'releases\_%' loop
        execute format('drop table kairan.%I cascade', name);
    end loop;
end
$$;
revoke all on kairan.alembic_version from kairan_server;
revoke all on schema kairan from kairan_server, kairan_enter, kairan_door;
