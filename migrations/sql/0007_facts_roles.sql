-- kairan_veil  keeps the list of where suppressed people are met
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_veil') then
        create role kairan_veil nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_veil', 'SET') then
        grant kairan_veil to current_user with inherit false, set true;
    end if;
end
$$;
