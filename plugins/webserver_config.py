"""Flask AppBuilder's settings for Airflow's login: accounts in Airflow's own database."""

from flask_appbuilder.const import AUTH_DB

AUTH_TYPE = AUTH_DB
WTF_CSRF_ENABLED = True
AUTH_USER_REGISTRATION = False
