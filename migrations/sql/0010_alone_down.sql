drop function app.reckon_again();
