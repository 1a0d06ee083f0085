-- Where one statement enters and reads, it says with which facts whoever wrote it reckoned. If they are
-- others by now, nothing is read: this error says so.
create function app.reckon_again()
returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'the facts are others by now' using errcode = 'KA409';
end
$$;

revoke all on function app.reckon_again() from public;
grant execute on function app.reckon_again() to kairan_server;
