"""Records of an organisation as plain values, and the statements they stand for.

table       the kinds of records: each field, the property it is, and the datatype of its values
statements  from values to statements and back, by the table
naming      what a record is called: its IRI, and the short key that an address has for it
"""
