-- Roles belong to the cluster, so they are created if missing and never dropped.
-- kairan_server  what the server's login is, or is a member of; owns nothing, no BYPASSRLS
-- kairan_enter   owns app.enter; reads exactly the tables the facts about a viewer come from
-- kairan_door    owns the look-up of a login and the opening of a session
do $$
declare
    role text;
begin
    foreach role in array array['kairan_server', 'kairan_enter', 'kairan_door'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role) then
            execute format('create role %I nologin', role);
        end if;
    end loop;
    -- To hand a function to a role, its maker must be able to become that role.
    foreach role in array array['kairan_enter', 'kairan_door'] loop
        if not pg_catalog.pg_has_role(current_user, role, 'SET') then
            execute format('grant %I to current_user with inherit false, set true', role);
        end if;
    end loop;
end
$$;

create schema app;
