"""The detectors once more, as one would write them over plain objects, report by report."""
