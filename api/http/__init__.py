"""The HTTP door: the mapping API, the SPARQL protocol, linked data, and the pages.

settings    what the server reads from the environment or a file
app         the application, from its settings
service     what all routes share: content, repository, identities
roles       what one may do with an organisation
identity    API keys
sessions    sessions of browsers
tokens      tokens of an OpenID issuer; logins and fetching belong to them
identifying who sends a request, before it is read; rates limits them
access      who asks and what they may do, as routes take it; denials writes down what was denied
problems    every error as application/problem+json
answers     entity tags, pages of a list, cached bodies
parameters  what many routes take: day, policy, frameworks, scope, states
reading     an organisation as a request looks at it, and documents about it
computing   the threads in which documents are computed
jobs        work that takes longer than a request
models      bodies of records, made from the one table of engine/records
writing     how a write is answered, once for each idempotency key
watching    metrics and logs
linked      linked data: what is known of an IRI, in the form that is asked for
pages       what is looked at in a browser: rendered here, without script
routes      one module a resource: parse, call one function of the engine, shape the answer
"""
