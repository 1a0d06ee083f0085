drop function app.count_hits(integer, bytea, bigint, integer, timestamptz);
drop function app.enter_rate(integer, bytea, integer, integer, integer, timestamptz);
drop function app.read_rate(integer, bytea, timestamptz);
drop function app.forget_rates(integer, bytea[]);
drop function app.forget_ended_rates(integer, timestamptz);
drop table kairan.rates;
revoke usage on schema kairan from kairan_rates;
