alter table kairan.groups
    add column participation_since date,
    add column next_participation varchar,
    add column next_participation_from date,
    add constraint groups_next_participation_check check (
        next_participation in ('TRIAL', 'ACTIVE', 'SUSPENDED', 'ENDED')
        and (next_participation is null) = (next_participation_from is null)
    );

alter table kairan.memberships add column end_reason varchar;

alter table kairan.membership_requests
    add column decided_at timestamptz,
    add column decline_reason varchar,
    add column membership_id uuid;
create unique index membership_requests_pending_key
    on kairan.membership_requests (city, group_id, resident_id) where status = 'PENDING';

create table kairan.past_places (
    city integer not null,
    membership_id uuid not null,
    until timestamptz not null,
    group_id uuid not null,
    resident_id uuid not null,
    han_id uuid,
    constraint past_places_pkey primary key (city, membership_id, until),
    constraint past_places_city_group_id_membership_id_fkey
        foreign key (city, group_id, membership_id)
        references kairan.memberships (city, group_id, id),
    constraint past_places_city_group_id_han_id_fkey
        foreign key (city, group_id, han_id) references kairan.hans (city, group_id, id)
);

alter table kairan.circulars
    add column version integer not null default 1,
    add column edited_at timestamptz;

create table kairan.circular_versions (
    city integer not null,
    circular_id uuid not null,
    version integer not null,
    group_id uuid not null,
    title varchar not null,
    body varchar not null,
    replaced_at timestamptz not null,
    constraint circular_versions_pkey primary key (city, circular_id, version),
    constraint circular_versions_city_group_id_circular_id_fkey
        foreign key (city, group_id, circular_id) references kairan.circulars (city, group_id, id)
);

create table kairan.changes (
    city integer not null,
    id uuid not null,
    changed_at timestamptz not null,
    actor uuid not null,
    actor_membership_id uuid,
    kind varchar not null,
    group_id uuid,
    subject_id uuid,
    before jsonb not null,
    after jsonb not null,
    constraint changes_pkey primary key (city, id)
);
create index changes_group_idx on kairan.changes (city, group_id, id);

create table kairan.idempotency_keys (
    city integer not null,
    person uuid not null,
    key varchar not null,
    mutation varchar not null,
    request_hash varchar not null,
    object_id uuid not null,
    used_at timestamptz not null,
    constraint idempotency_keys_pkey primary key (city, person, key)
);
