-- Each row is split again by the fields that left, so that nobody is told of more than was seen of him.
-- The first part keeps the row's id; the others are of the same moment: their bytes before the random ones.
alter table kairan.releases no force row level security;

create table kairan.split as
select
    r.city,
    case when row_number() over (partition by r.city, r.id order by part.subjects) = 1 then r.id
        else overlay(gen_random_uuid()::text placing left(r.id::text, 18) from 1)::uuid
    end as id,
    r.released_at, r.viewer, r.session_id, r.group_id, r.appointment_id, r.office_id, r.office_title,
    r.viewer_name,
    part.fields,
    array(
        select distinct purpose collate "C"
        from unnest(r.fields, r.purposes) told (field, purpose)
        where told.field = any (part.fields)
        order by 1
    ) as purposes,
    part.subjects, r.rule_version, r.operation_name
from kairan.releases r
cross join lateral (
    select seen.fields, array_agg(seen.subject order by seen.n) as subjects
    from (
        select subject.id as subject, subject.n, array(
            select field.name
            from unnest(r.fields) with ordinality field (name, n)
            where get_bit(
                r.shown, (subject.n - 1) * ((cardinality(r.fields) + 7) / 8 * 8) + field.n - 1
            ) = 1
            order by field.n
        ) as fields
        from unnest(r.subjects) with ordinality subject (id, n)
    ) seen
    group by seen.fields
) part
where r.shown is not null;

delete from kairan.releases where shown is not null;
alter table kairan.releases drop column shown;
insert into kairan.releases (
    city, id, released_at, viewer, session_id, group_id, appointment_id, office_id, office_title,
    viewer_name, fields, purposes, subjects, rule_version, operation_name
)
select * from kairan.split;
drop table kairan.split;

-- Where nothing was to be split, each purpose stood as often as it had fields.
update kairan.releases
set purposes = array(select distinct purpose collate "C" from unnest(purposes) purpose order by 1)
where cardinality(purposes) > 1;

alter table kairan.releases force row level security;
