-- kairan_hand  owns app.place_member, app.choose_directory and app.are_active
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'kairan_hand') then
        create role kairan_hand nologin;
    end if;
    if not pg_catalog.pg_has_role(current_user, 'kairan_hand', 'SET') then
        grant kairan_hand to current_user with inherit false, set true;
    end if;
end
$$;
