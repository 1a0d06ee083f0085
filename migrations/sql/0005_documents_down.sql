drop function app.registered_ids(integer);
drop function app.registered_document(integer, bytea);
drop function app.register_document(integer, bytea, text, timestamptz);
drop function app.remove_document(integer, bytea);
drop function app.list_documents(integer);
drop table kairan.documents;
revoke usage on schema kairan, app from kairan_shelf;
