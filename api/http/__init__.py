"""The HTTP door: the mapping API, the SPARQL protocol, linked data, and the pages.

settings    what the server reads from the environment or a file
app         the application, from its settings
service     what all routes share: content, repository, identities
identity    who asks, and what they may do
problems    every error as application/problem+json
answers     entity tags, pages of a list, cached bodies
models      bodies of records, made from the one table of engine/records
writing     how a write is answered, once for each idempotency key
watching    metrics and logs
routes      one module a resource: parse, call one function of the engine, shape the answer
"""
