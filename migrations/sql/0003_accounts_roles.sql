-- kairan_registrar  owns what opens an account, keeps the codes that were mailed, changes a password
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_registrar') then
        create role kairan_registrar nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_registrar', 'SET') then
        grant kairan_registrar to current_user with inherit false, set true;
    end if;
end
$$;
