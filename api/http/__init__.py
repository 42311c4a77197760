"""The HTTP door: the mapping API, the SPARQL protocol, linked data, and the pages.

settings    what the server reads from the environment or a file
app         the application, from its settings
service     what all routes share: content, repository, identities
identity    who asks, and what they may do
problems    every error as application/problem+json
answers     entity tags, pages of a list, cached bodies
parameters  what many routes take: day, policy, frameworks, scope, states
reading     an organisation as a request looks at it, and documents about it
computing   the threads in which documents are computed
jobs        work that takes longer than a request
watching    metrics and logs
routes      one module a resource: parse, call one function of the engine, shape the answer
"""
