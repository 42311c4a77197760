"""Pages: rendered here, without script, for people who look before they build.

environment    the templates, what they may call, and the headers of a page
statements     statements as the rows of a table
things         the page of a framework, provision, requirement, mapping, or anything else that has an IRI
provisions     what the pages of the law show
organisations  what the pages of an organisation show
asking         a query and its answer
errors         a problem as a page, for browsers
"""
