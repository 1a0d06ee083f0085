drop function app.people_received(uuid, uuid[], uuid[], integer, uuid, timestamptz);
drop policy rates_reads on kairan.memberships;
drop policy rates_reads on kairan.releases;
revoke select (city, group_id, resident_id) on kairan.memberships from kairan_rates;
revoke select (city, id, group_id, viewer, released_at, subjects) on kairan.releases
    from kairan_rates;
drop table kairan.release_quotas;
