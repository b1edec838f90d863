-- The login that owns the schemas may act as each of the narrower roles.
grant recon_etl, recon_app, recon_auditor to current_user
