"""Where text from strangers is run: processes of their own that can be stopped, over a frozen snapshot of the store.

A query of the store's engine cannot be interrupted, and a hostile one can take the process with it (DESIGN §8). So
queries run, and uploads are parsed, in workers that read a snapshot, have little memory, no network and no patience;
one that takes too long or too much is killed and another takes its place.
"""
