"""A whole street in and out: tables are read, what they would change is planned, applied.

The way of an import: ``sources`` opens a file, ``tables`` reads its sheets by the columns
that ``sheets`` describes, ``snapshot`` reads what the registry holds, ``planning`` (pure)
says what is wrong and what would change, ``applying`` writes it in one transaction.
``exporting`` goes the other way.
"""
