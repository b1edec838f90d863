-- Something a person or the system did: who, what, to what.
insert into audit.event (actor, action, subject, detail)
values (:actor, :action, :subject, :detail)
