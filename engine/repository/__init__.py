"""Many organisations in one store that is written while it is read: every change durable, valid, in order and told.

journal       what was done, by whom, in a chain of hashes; the one place where a change becomes true
backend       what a store can do: an embedded one here, a SPARQL endpoint elsewhere
embedded      Oxigraph in a folder, read by workers through snapshots
folder        that folder: opened, migrated, written anew
snapshots     that folder between two changes, for others to read
remote        a SPARQL 1.1 endpoint over HTTP
addresses     where it is asked and changed
endpoint      the connections to it
catching_up   from the journal to the store
archive       a backup in one file, and back
databases     files of SQLite with a version
organisations the organisations themselves: read, checked, changed
recording     records of an organisation: added, changed, removed
decisions     what people decide about mapping rows
files         files of evidence, each under its own hash
belongings    everything that an organisation owns, in one archive

A change is written to the journal first and to the store after; a store that lacks the last entries is brought up to
date from the journal when it is opened. So a change is there whole or not at all, whenever the process ends.
"""
