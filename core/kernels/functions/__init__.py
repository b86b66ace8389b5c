"""Elementary functions on lanes, written as instructions: no call, no table, the same code for every lane."""
