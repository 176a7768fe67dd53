"""People as columns: traits, days, bodies and wristbands, many at once.

The live wristbands and the cohorts in files both draw from here. Arrays are (n,) for
lasting traits, (n, 1440) for the minutes of a local day and (n, r) for the moments at
which somebody looks. Every figure stands with its source, or a dagger where there is
none, in ``docs/simulation.md``.
"""
