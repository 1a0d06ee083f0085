CREATE TABLE kairan.cities (
    city INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    CONSTRAINT cities_pkey PRIMARY KEY (city)
);
CREATE TABLE kairan.releases (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE NOT NULL,
    viewer UUID NOT NULL,
    session_id UUID NOT NULL,
    group_id UUID NOT NULL,
    appointment_id UUID NOT NULL,
    office_id UUID NOT NULL,
    office_title VARCHAR NOT NULL,
    viewer_name VARCHAR NOT NULL,
    fields TEXT[] NOT NULL,
    purposes TEXT[] NOT NULL,
    subjects UUID[] NOT NULL,
    rule_version VARCHAR NOT NULL,
    operation_name VARCHAR,
    CONSTRAINT releases_pkey PRIMARY KEY (city, id)
)
 PARTITION BY RANGE (id);
CREATE INDEX releases_group_idx ON kairan.releases (city, group_id, id);
CREATE TABLE kairan.sessions (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    person UUID NOT NULL,
    kind VARCHAR NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT sessions_pkey PRIMARY KEY (city, id),
    CONSTRAINT sessions_kind_check CHECK (kind in ('RESIDENT', 'STAFF'))
);
CREATE INDEX sessions_person_idx ON kairan.sessions (city, person);
CREATE TABLE kairan.areas (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    CONSTRAINT areas_pkey PRIMARY KEY (city, id),
    CONSTRAINT areas_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city)
);
CREATE TABLE kairan.city_policies (
    city INTEGER NOT NULL,
    category VARCHAR NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    reason VARCHAR NOT NULL,
    CONSTRAINT city_policies_pkey PRIMARY KEY (city, category),
    CONSTRAINT city_policies_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city)
);
CREATE TABLE kairan.logins (
    login VARCHAR NOT NULL,
    city INTEGER NOT NULL,
    person UUID NOT NULL,
    kind VARCHAR NOT NULL,
    password_hash VARCHAR NOT NULL,
    CONSTRAINT logins_pkey PRIMARY KEY (login),
    CONSTRAINT logins_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city),
    CONSTRAINT logins_kind_check CHECK (kind in ('RESIDENT', 'STAFF'))
);
CREATE TABLE kairan.residents (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT residents_pkey PRIMARY KEY (city, id),
    CONSTRAINT residents_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city)
);
CREATE TABLE kairan.staff (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    CONSTRAINT staff_pkey PRIMARY KEY (city, id),
    CONSTRAINT staff_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city),
    CONSTRAINT staff_roles_check CHECK (roles <@ array['OPERATIONS', 'SUPPRESSION', 'AUDITOR'])
);
CREATE TABLE kairan.groups (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR DEFAULT 'CHONAIKAI' NOT NULL,
    area_id UUID,
    introduction VARCHAR DEFAULT '' NOT NULL,
    participation VARCHAR DEFAULT 'TRIAL' NOT NULL,
    member_directory VARCHAR DEFAULT 'OFFICERS' NOT NULL,
    CONSTRAINT groups_pkey PRIMARY KEY (city, id),
    CONSTRAINT groups_city_fkey FOREIGN KEY(city) REFERENCES kairan.cities (city),
    CONSTRAINT groups_city_area_id_fkey FOREIGN KEY(city, area_id) REFERENCES kairan.areas (city, id),
    CONSTRAINT groups_participation_check CHECK (participation in ('TRIAL', 'ACTIVE', 'SUSPENDED', 'ENDED')),
    CONSTRAINT groups_member_directory_check CHECK (member_directory in ('OFFICERS', 'MEMBERS')),
    CONSTRAINT groups_kind_check CHECK (kind in ('CHONAIKAI', 'JICHIKAI', 'OTHER'))
);
CREATE INDEX groups_area_idx ON kairan.groups (city, area_id);
CREATE INDEX groups_name_idx ON kairan.groups (city, name, id);
CREATE TABLE kairan.profiles (
    city INTEGER NOT NULL,
    resident_id UUID NOT NULL,
    display_name VARCHAR DEFAULT '会員' NOT NULL,
    family_name VARCHAR,
    given_name VARCHAR,
    kana VARCHAR,
    postal_code VARCHAR,
    address VARCHAR,
    building VARCHAR,
    area_id UUID,
    phone VARCHAR,
    email VARCHAR,
    birth_date DATE,
    CONSTRAINT profiles_pkey PRIMARY KEY (city, resident_id),
    CONSTRAINT profiles_city_resident_id_fkey FOREIGN KEY(city, resident_id) REFERENCES kairan.residents (city, id) ON DELETE CASCADE,
    CONSTRAINT profiles_city_area_id_fkey FOREIGN KEY(city, area_id) REFERENCES kairan.areas (city, id)
);
CREATE TABLE kairan.suppressions (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    resident_id UUID NOT NULL,
    provisional BOOLEAN DEFAULT 'true' NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lifted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT suppressions_pkey PRIMARY KEY (city, id),
    CONSTRAINT suppressions_city_resident_id_fkey FOREIGN KEY(city, resident_id) REFERENCES kairan.residents (city, id) ON DELETE CASCADE
);
CREATE INDEX suppressions_resident_idx ON kairan.suppressions (city, resident_id);
CREATE TABLE kairan.delegations (
    city INTEGER NOT NULL,
    group_id UUID NOT NULL,
    power VARCHAR NOT NULL,
    delegated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT delegations_pkey PRIMARY KEY (city, group_id, power),
    CONSTRAINT delegations_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id) ON DELETE CASCADE
);
CREATE TABLE kairan.hans (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    position INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT hans_pkey PRIMARY KEY (city, id),
    CONSTRAINT hans_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id) ON DELETE CASCADE,
    CONSTRAINT hans_city_group_id_id_key UNIQUE (city, group_id, id)
);
CREATE TABLE kairan.membership_requests (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    display_name VARCHAR DEFAULT '会員' NOT NULL,
    message VARCHAR,
    status VARCHAR DEFAULT 'PENDING' NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT membership_requests_pkey PRIMARY KEY (city, id),
    CONSTRAINT membership_requests_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id),
    CONSTRAINT membership_requests_city_resident_id_fkey FOREIGN KEY(city, resident_id) REFERENCES kairan.residents (city, id) ON DELETE CASCADE,
    CONSTRAINT membership_requests_status_check CHECK (status in ('PENDING', 'APPROVED', 'DECLINED', 'WITHDRAWN'))
);
CREATE INDEX membership_requests_group_idx ON kairan.membership_requests (city, group_id, id);
CREATE INDEX membership_requests_resident_idx ON kairan.membership_requests (city, resident_id);
CREATE TABLE kairan.memberships (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    status VARCHAR DEFAULT 'ACTIVE' NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT memberships_pkey PRIMARY KEY (city, id),
    CONSTRAINT memberships_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id),
    CONSTRAINT memberships_city_resident_id_fkey FOREIGN KEY(city, resident_id) REFERENCES kairan.residents (city, id),
    CONSTRAINT memberships_city_group_id_id_key UNIQUE (city, group_id, id),
    CONSTRAINT memberships_city_id_group_id_resident_id_status_key UNIQUE (city, id, group_id, resident_id, status),
    CONSTRAINT memberships_status_check CHECK (status in ('ACTIVE', 'LEFT', 'REMOVED')),
    CONSTRAINT memberships_ended_check CHECK ((status = 'ACTIVE') = (ended_at is null))
);
CREATE UNIQUE INDEX memberships_active_key ON kairan.memberships (city, group_id, resident_id) WHERE status = 'ACTIVE';
CREATE INDEX memberships_resident_idx ON kairan.memberships (city, resident_id);
CREATE TABLE kairan.offices (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    powers TEXT[] DEFAULT '{}' NOT NULL,
    position INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT offices_pkey PRIMARY KEY (city, id),
    CONSTRAINT offices_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id) ON DELETE CASCADE,
    CONSTRAINT offices_city_group_id_id_key UNIQUE (city, group_id, id)
);
CREATE TABLE kairan.appointments (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    office_id UUID NOT NULL,
    membership_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT appointments_pkey PRIMARY KEY (city, id),
    CONSTRAINT appointments_city_group_id_office_id_fkey FOREIGN KEY(city, group_id, office_id) REFERENCES kairan.offices (city, group_id, id),
    CONSTRAINT appointments_city_group_id_membership_id_fkey FOREIGN KEY(city, group_id, membership_id) REFERENCES kairan.memberships (city, group_id, id),
    CONSTRAINT appointments_term_check CHECK (ends_on >= starts_on)
);
CREATE INDEX appointments_membership_idx ON kairan.appointments (city, membership_id);
CREATE INDEX appointments_office_idx ON kairan.appointments (city, group_id, office_id);
CREATE TABLE kairan.circulars (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    author_membership_id UUID NOT NULL,
    audience VARCHAR DEFAULT 'ALL' NOT NULL,
    audience_han_id UUID,
    audience_office_id UUID,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT circulars_pkey PRIMARY KEY (city, id),
    CONSTRAINT circulars_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id),
    CONSTRAINT circulars_city_group_id_author_membership_id_fkey FOREIGN KEY(city, group_id, author_membership_id) REFERENCES kairan.memberships (city, group_id, id),
    CONSTRAINT circulars_city_group_id_audience_han_id_fkey FOREIGN KEY(city, group_id, audience_han_id) REFERENCES kairan.hans (city, group_id, id),
    CONSTRAINT circulars_city_group_id_audience_office_id_fkey FOREIGN KEY(city, group_id, audience_office_id) REFERENCES kairan.offices (city, group_id, id),
    CONSTRAINT circulars_city_group_id_id_key UNIQUE (city, group_id, id),
    CONSTRAINT circulars_audience_check CHECK (case audience when 'ALL' then audience_han_id is null and audience_office_id is null when 'HAN' then audience_han_id is not null and audience_office_id is null when 'OFFICE' then audience_han_id is null and audience_office_id is not null else false end)
);
CREATE INDEX circulars_group_idx ON kairan.circulars (city, group_id, published_at, id);
CREATE TABLE kairan.households (
    city INTEGER NOT NULL,
    id UUID NOT NULL,
    group_id UUID NOT NULL,
    han_id UUID,
    paper_only BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT households_pkey PRIMARY KEY (city, id),
    CONSTRAINT households_city_group_id_fkey FOREIGN KEY(city, group_id) REFERENCES kairan.groups (city, id) ON DELETE CASCADE,
    CONSTRAINT households_city_group_id_han_id_fkey FOREIGN KEY(city, group_id, han_id) REFERENCES kairan.hans (city, group_id, id),
    CONSTRAINT households_city_group_id_id_key UNIQUE (city, group_id, id)
);
CREATE INDEX households_han_idx ON kairan.households (city, group_id, han_id);
CREATE TABLE kairan.member_details (
    city INTEGER NOT NULL,
    membership_id UUID NOT NULL,
    group_id UUID NOT NULL,
    resident_id UUID NOT NULL,
    status VARCHAR DEFAULT 'ACTIVE' NOT NULL,
    display_name VARCHAR DEFAULT '会員' NOT NULL,
    han_id UUID,
    household_id UUID,
    joined_on DATE,
    kept_private TEXT[] DEFAULT '{}' NOT NULL,
    CONSTRAINT member_details_pkey PRIMARY KEY (city, membership_id),
    CONSTRAINT member_details_membership_fkey FOREIGN KEY(city, membership_id, group_id, resident_id, status) REFERENCES kairan.memberships (city, id, group_id, resident_id, status) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT member_details_city_group_id_han_id_fkey FOREIGN KEY(city, group_id, han_id) REFERENCES kairan.hans (city, group_id, id),
    CONSTRAINT member_details_city_group_id_household_id_fkey FOREIGN KEY(city, group_id, household_id) REFERENCES kairan.households (city, group_id, id)
);
CREATE INDEX member_details_han_idx ON kairan.member_details (city, group_id, han_id);
CREATE INDEX member_details_household_idx ON kairan.member_details (city, group_id, household_id);
CREATE INDEX member_details_resident_idx ON kairan.member_details (city, resident_id);
CREATE TABLE kairan.paper_deliveries (
    city INTEGER NOT NULL,
    circular_id UUID NOT NULL,
    membership_id UUID NOT NULL,
    group_id UUID NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT paper_deliveries_pkey PRIMARY KEY (city, circular_id, membership_id),
    CONSTRAINT paper_deliveries_city_group_id_circular_id_fkey FOREIGN KEY(city, group_id, circular_id) REFERENCES kairan.circulars (city, group_id, id),
    CONSTRAINT paper_deliveries_city_group_id_membership_id_fkey FOREIGN KEY(city, group_id, membership_id) REFERENCES kairan.memberships (city, group_id, id)
);
CREATE INDEX paper_deliveries_membership_idx ON kairan.paper_deliveries (city, membership_id);
CREATE TABLE kairan.receipts (
    city INTEGER NOT NULL,
    circular_id UUID NOT NULL,
    membership_id UUID NOT NULL,
    group_id UUID NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT receipts_pkey PRIMARY KEY (city, circular_id, membership_id),
    CONSTRAINT receipts_city_group_id_circular_id_fkey FOREIGN KEY(city, group_id, circular_id) REFERENCES kairan.circulars (city, group_id, id),
    CONSTRAINT receipts_city_group_id_membership_id_fkey FOREIGN KEY(city, group_id, membership_id) REFERENCES kairan.memberships (city, group_id, id)
);
CREATE INDEX receipts_membership_idx ON kairan.receipts (city, membership_id);
