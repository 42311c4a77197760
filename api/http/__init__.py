"""The HTTP door: the mapping API, the SPARQL protocol, linked data, and the pages.

settings    what the server reads from the environment or a file
app         the application, from its settings
service     what all routes share: content, repository, identities
identity    who asks, and what they may do
problems    every error as application/problem+json
answers     entity tags, pages of a list, cached bodies
watching    metrics and logs
linked      linked data: what is known of an IRI, in the form that is asked for
pages       what is looked at in a browser: rendered here, without script
routes      one module a resource: parse, call one function of the engine, shape the answer
"""
