-- kairan_rates  owns the counting of attempts, and what tells an officer how many he was shown
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_rates') then
        create role kairan_rates nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_rates', 'SET') then
        grant kairan_rates to current_user with inherit false, set true;
    end if;
end
$$;
