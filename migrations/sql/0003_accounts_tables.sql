-- A person has one login: the password of whoever is signed in is found by it.
create unique index logins_city_person_key on kairan.logins (city, person);

-- What waits for a code from a mailbox. Who reads this table learns nothing: "sealed" opens with the
-- ticket alone, which its client holds, and both hashes are made with it.
create table kairan.mailed_codes (
    city integer not null,
    ticket_hash bytea not null,
    code_hash bytea not null,
    sealed bytea not null,
    expires_at timestamptz not null,
    tries integer not null default 0,
    constraint mailed_codes_pkey primary key (city, ticket_hash)
);
create index mailed_codes_expiry_idx on kairan.mailed_codes (city, expires_at);
