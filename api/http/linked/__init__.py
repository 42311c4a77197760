"""Linked data: every IRI we mint answers here, with what is known of the thing, in the form that is asked for.

places       from an IRI to its address here, and the suffixes of the forms
statements   where statements come from: the shipped content, or the graphs that somebody may read
description  what is told of a thing: its statements, labels, what points to it, where that comes from
writing      a description or a graph, written in a form
states       a requirement with its states for an organisation
"""
