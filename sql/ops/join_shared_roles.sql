-- The login that owns the schemas may act as each of the narrower roles.
do $$
begin
    execute format(
        'grant recon_etl, recon_app, recon_auditor to %I', current_user
    );
end
$$
