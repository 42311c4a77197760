"""The library: from graph to value, with explicit arguments, no web framework and no environment.

What lies where, from the top down: a module imports what stands below it, and import-linter holds it to that.

Told:
    report          the cross-regulation gap report: one model, as a page, tables and data
    repository      many organisations in one store: every change durable, valid, in order and told
    evidence        the evidence register, what lapses, and the chain of custody
    explain         the proof of a state, down to what is asserted and what is absent
    hygiene         whether what is shipped is in order
    records         records of an organisation as plain values, and the statements they stand for
    what_if         the states before and after some controls are implemented
    plan            the fewest or cheapest actions that lift most states, each with what it lifts
    live            results that stay current through changes, durably recorded
    counterfactual  what would have to be otherwise for a norm to apply
    effect          what a mapping set adds to an organisation's picture
    intime          law in time: what changed, what comes, what is pending, and what that does to states
    lift            the fewest controls that address most of what is missing
    portfolio       many organisations, assessed in batches and rolled up
    statement       the statement of applicability of a standard
    validation      evidence completeness by SHACL

Judged:
    coverage        the state of each requirement in each scope: the semantics of COVERAGE.md
    due             which notifications an incident starts, and until when
    workspace       an organisation beside the content, checked and turned into values
    content         the shipped content, compiled once and cached
    limits          what scope limitations leave of a norm
    running         how a clock runs for a kind of incident: what stops it, what is open
    applicability   whether a norm binds in a scope on a day, in three values
    roles           which roles an organisation has, on record or by a rule

Read:
    citations       from a human citation to an identifier
    competency      the competency questions, and the query or call that answers each
    incidents       from what people call an incident to the event types of the law
    reading         content from a graph into values
    rulebook        which rules reach a requirement, for people to read
    knowledge       what is the same for every organisation, as values
    mapping         mapping rows: what they mean, how they chain, how they are read and written
    organisation    an organisation's records from a graph into values
    profiles        how grave each check of records is
    queries         the catalogue of named questions
    rule_reading    the rules between norms from a graph into values

Values:
    clocks          incident clocks and how their limits are counted
    integrity       whether what a file states can be
    model           norms on one side, records on the other
    resources       the one place that reads what is shipped
    rules           the rules between norms
    sandbox         queries and documents of strangers, in processes that can be stopped
    shacl           shapes compiled, run over sets of terms or over columns, and their report
    tensions        where provisions pull apart when both bind
    timing          from when a norm may apply
    verdicts        three values with grounds and questions

Tools:
    columns         statements as columns of whole numbers
    eurlex          from the law as EUR-Lex publishes it to its structure
    graph           an index over quads
    inference       what follows from vocabulary and frameworks
    intake          RDF files from outside, guarded
    kept            values on disk, unpickled with a closed list of classes
    sparql_guard    SPARQL text that could do harm is refused
    store           the user's own store on disk
    turtle          Turtle in one canonical form
    days            the years that a day may lie in
    errors          the one tree of errors
    ics             iCalendar
    kleene          the three-valued logic
    locks           one writer at a time in a folder
    periods         the first day that belongs, and the first that no longer does
    rdflib_terms    terms of the store as terms of rdflib, and back
    spreadsheet     cells that no spreadsheet runs
    steady          a process that answers for long, and the collector of garbage
    vocabulary      namespaces and terms
"""
