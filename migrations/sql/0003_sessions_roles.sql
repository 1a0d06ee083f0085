-- kairan_keeper  owns what goes on with a session when nobody has entered: its renewal, its removal
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_keeper') then
        create role kairan_keeper nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_keeper', 'SET') then
        grant kairan_keeper to current_user with inherit false, set true;
    end if;
end
$$;
