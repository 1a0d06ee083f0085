-- kairan_shelf  owns the reading of registered documents; whoever migrates becomes it to register them
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_shelf') then
        create role kairan_shelf nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_shelf', 'SET') then
        grant kairan_shelf to current_user with inherit false, set true;
    end if;
end
$$;
