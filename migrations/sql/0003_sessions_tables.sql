alter table kairan.sessions
    add column last_used_at timestamptz,
    add column device varchar;

create table kairan.refresh_tokens (
    city integer not null,
    session_id uuid not null,
    family_hash bytea not null,
    token_hash bytea not null,
    replaced_hash bytea,
    replaced_at timestamptz,
    turn bytea,
    constraint refresh_tokens_pkey primary key (city, session_id),
    constraint refresh_tokens_city_session_id_fkey foreign key (city, session_id)
        references kairan.sessions (city, id) on delete cascade,
    constraint refresh_tokens_replaced_check
        check (num_nulls(replaced_hash, replaced_at, turn) in (0, 3))
);
alter table kairan.refresh_tokens enable row level security;
alter table kairan.refresh_tokens force row level security;
