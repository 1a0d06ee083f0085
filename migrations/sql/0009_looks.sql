-- A ledger row speaks of everybody seen in one look, and says of whom which of its fields left: for each
-- subject as many whole bytes as its fields take bits, the first field's lowest. NULL is all of the
-- fields of all of the subjects: so it is in every row written before, and the ledger stays as it was.
alter table kairan.releases
    add column shown bytea,
    add constraint releases_shown_check check (
        shown is null
        or cardinality(purposes) = cardinality(fields)
            and octet_length(shown) = cardinality(subjects) * ((cardinality(fields) + 7) / 8)
    );
